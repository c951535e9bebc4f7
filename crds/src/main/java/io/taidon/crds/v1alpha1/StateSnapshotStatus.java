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
    @JsonPropertyDescription(
            "`Ready`: at least one pool holds the state. `Kept`: why it stays, or what evicted it.")
        @Size(max = 8)
        List<Condition> conditions,
    @JsonPropertyDescription("Where copies are; each entry is written by its node's plugin.")
        @Size(max = 1000)
        List<Location> locations,
    @JsonPropertyDescription("What its step took to run, in milliseconds.") Long buildMillis,
    @JsonPropertyDescription("How many instances and builds have started from it.") Long uses,
    @JsonPropertyDescription("When one last did.") @Size(max = 40) String lastUseTime,
    @JsonPropertyDescription(
            "Copies that must go; written by the operator, carried out by the plugin of the node.")
        @Size(max = 1000)
        List<Eviction> evictions,
    @JsonPropertyDescription("The last eviction that was carried out.") LastEviction lastEviction) {

  /** What its node's plugin says: where the copy is. */
  public static StateSnapshotStatus ofLocation(Location location) {
    return new StateSnapshotStatus(null, null, List.of(location), null, null, null, null, null);
  }

  /** What the operator says of availability. */
  public static StateSnapshotStatus ofConditions(
      Long observedGeneration, List<Condition> conditions) {
    return new StateSnapshotStatus(
        observedGeneration, conditions, null, null, null, null, null, null);
  }

  /** What the operator knows of its worth. */
  public static StateSnapshotStatus ofWorth(Long buildMillis, Long uses, String lastUseTime) {
    return new StateSnapshotStatus(null, null, null, buildMillis, uses, lastUseTime, null, null);
  }

  /** What the cache has decided. */
  public static StateSnapshotStatus ofCache(
      List<Condition> conditions, List<Eviction> evictions, LastEviction lastEviction) {
    return new StateSnapshotStatus(
        null, conditions, null, null, null, null, evictions, lastEviction);
  }

  /** A copy in a node's pool. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Location(
      @JsonPropertyDescription("The node.") @Required @Size(min = 1, max = 253) String node,
      @JsonPropertyDescription("The snapshot backend of its pool.") @Size(max = 16) String backend,
      @JsonPropertyDescription("Bytes as seen from inside.") Long logicalBytes,
      @JsonPropertyDescription("Bytes that deleting it would free.") Long exclusiveBytes,
      @JsonPropertyDescription("When it was sealed.") @Size(max = 40) String readyTime) {}

  /** A copy that must go. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Eviction(
      @JsonPropertyDescription("The node.") @Required @Size(min = 1, max = 253) String node,
      @JsonPropertyDescription(
              "The copy's `readyTime`: one that is made later is another, and stays.")
          @Required
          @Size(min = 1, max = 40)
          String readyTime,
      @JsonPropertyDescription("Why, as in the condition `Kept`.") @Size(max = 64) String reason,
      @JsonPropertyDescription("When it was decided.") @Size(max = 40) String decisionTime,
      @JsonPropertyDescription("Bytes that it was expected to free.") Long bytes,
      @JsonPropertyDescription("What making it again was expected to take, in milliseconds.")
          Long rebuildMillis,
      @JsonPropertyDescription("Bytes of states in its pool when it was decided.")
          Long poolBytesBefore) {}

  /** An eviction that was carried out. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record LastEviction(
      @JsonPropertyDescription("The node that held the copy.") @Size(max = 253) String node,
      @JsonPropertyDescription("Why, as in the condition `Kept`.") @Size(max = 64) String reason,
      @JsonPropertyDescription("When the copy was gone.") @Size(max = 40) String time,
      @JsonPropertyDescription("Bytes that it was expected to free.") Long bytes,
      @JsonPropertyDescription("Bytes of states in its pool when it was decided.")
          Long poolBytesBefore,
      @JsonPropertyDescription("Bytes of states in its pool afterwards.") Long poolBytesAfter) {}
}
