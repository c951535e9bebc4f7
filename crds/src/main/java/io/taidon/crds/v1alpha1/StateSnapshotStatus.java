package io.taidon.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/** Where the state is and what it is worth. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StateSnapshotStatus(
    @JsonPropertyDescription("The generation that this status is about.") Long observedGeneration,
    @JsonPropertyDescription("`Ready`: at least one pool holds the state.") @Size(max = 8)
        List<Condition> conditions,
    @JsonPropertyDescription("Where copies are; each entry is written by its node's plugin.")
        @Size(max = 1000)
        List<Location> locations,
    @JsonPropertyDescription("What its step took to run, in milliseconds.") Long buildMillis,
    @JsonPropertyDescription("How many instances and builds have started from it.") Long uses,
    @JsonPropertyDescription("When one last did.") @Size(max = 40) String lastUseTime) {

  /** A copy in a node's pool. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Location(
      @JsonPropertyDescription("The node.") @Required @Size(min = 1, max = 253) String node,
      @JsonPropertyDescription("The snapshot backend of its pool.") @Size(max = 16) String backend,
      @JsonPropertyDescription("Bytes as seen from inside.") Long logicalBytes,
      @JsonPropertyDescription("Bytes that deleting it would free.") Long exclusiveBytes,
      @JsonPropertyDescription("When it was sealed.") @Size(max = 40) String readyTime) {}
}
