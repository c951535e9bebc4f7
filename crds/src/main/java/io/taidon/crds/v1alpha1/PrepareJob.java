package io.taidon.crds.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A request for a state: sources, and the steps that make the state out of them. Bounded. */
@Group(Api.GROUP)
@Version(Api.VERSION)
@Plural("preparejobs")
@ShortNames("pj")
@Categories(Api.CATEGORY)
@AdditionalPrinterColumn(
    name = "Succeeded",
    jsonPath = ".status.conditions[?(@.type=='Succeeded')].status")
@AdditionalPrinterColumn(
    name = "Reason",
    jsonPath = ".status.conditions[?(@.type=='Succeeded')].reason")
@AdditionalPrinterColumn(name = "State", jsonPath = ".status.stateRef.name")
@AdditionalPrinterColumn(
    name = "Message",
    jsonPath = ".status.conditions[?(@.type=='Succeeded')].message",
    priority = 1)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
public class PrepareJob extends CustomResource<PrepareJobSpec, PrepareJobStatus>
    implements Namespaced {}
