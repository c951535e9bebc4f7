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
@AdditionalPrinterColumn(name = "Kept", jsonPath = ".status.conditions[?(@.type=='Kept')].reason")
@AdditionalPrinterColumn(
    name = "Bytes",
    jsonPath = ".status.locations[*].exclusiveBytes",
    priority = 1)
@AdditionalPrinterColumn(name = "Build-ms", jsonPath = ".status.buildMillis", priority = 1)
@AdditionalPrinterColumn(
    name = "Last-Use",
    jsonPath = ".status.lastUseTime",
    type = AdditionalPrinterColumn.Type.DATE,
    priority = 1)
@AdditionalPrinterColumn(name = "Uses", jsonPath = ".status.uses", priority = 1)
@AdditionalPrinterColumn(name = "Parent", jsonPath = ".spec.parentId", priority = 1)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
public class StateSnapshot extends CustomResource<StateSnapshotSpec, StateSnapshotStatus>
    implements Namespaced {}
