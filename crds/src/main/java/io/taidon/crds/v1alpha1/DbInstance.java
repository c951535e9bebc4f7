package io.taidon.crds.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import io.taidon.crds.v1alpha1.DbInstanceSpec.AccessLevel;
import java.util.Optional;

/** A writable clone of a state with a PostgreSQL server of its own, reached through the gateway. */
@Group(Api.GROUP)
@Version(Api.VERSION)
@Plural("dbinstances")
@ShortNames("dbi")
@Categories(Api.CATEGORY)
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.conditions[?(@.type=='Ready')].status")
@AdditionalPrinterColumn(
    name = "Reason",
    jsonPath = ".status.conditions[?(@.type=='Ready')].reason")
@AdditionalPrinterColumn(name = "Endpoint", jsonPath = ".status.endpoint")
// Not a date: kubectl shows dates as ages, and one that is to come as <invalid>.
@AdditionalPrinterColumn(name = "Expires", jsonPath = ".status.expiryTime")
@AdditionalPrinterColumn(name = "Node", jsonPath = ".status.node", priority = 1)
@AdditionalPrinterColumn(
    name = "Message",
    jsonPath = ".status.conditions[?(@.type=='Ready')].message",
    priority = 1)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
public class DbInstance extends CustomResource<DbInstanceSpec, DbInstanceStatus>
    implements Namespaced {
  /** Whose password the server asks for, by {@code spec.access}. */
  public String role() {
    AccessLevel access =
        Optional.ofNullable(getSpec()).map(DbInstanceSpec::access).orElse(AccessLevel.ReadWrite);
    return switch (access) {
      case ReadWrite -> Api.ROLE_OWNER;
      case ReadOnly -> Api.ROLE_READER;
    };
  }
}
