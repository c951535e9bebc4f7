package io.taidon.crds.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A kept state: an immutable database cluster directory, and where its copies are. */
@Group(Api.GROUP)
@Version(Api.VERSION)
@Plural("statesnapshots")
@ShortNames({"state", "states"})
@Categories(Api.CATEGORY)
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.conditions[?(@.type=='Ready')].status")
@AdditionalPrinterColumn(name = "Step", jsonPath = ".spec.step.label")
@AdditionalPrinterColumn(name = "Nodes", jsonPath = ".status.locations[*].node")
@AdditionalPrinterColumn(name = "Uses", jsonPath = ".status.uses", priority = 1)
@AdditionalPrinterColumn(name = "Parent", jsonPath = ".spec.parentId", priority = 1)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
public class StateSnapshot extends CustomResource<StateSnapshotSpec, StateSnapshotStatus>
    implements Namespaced {}
