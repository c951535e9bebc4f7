package io.taidon.crds.v1alpha1;

/**
 * Why a PrepareJob is as it is: reasons of its conditions {@code Planned} and {@code Succeeded}.
 * The set may grow; the meaning of a reason never changes.
 */
public enum JobReason implements Reason {
  /** A pod reads the sources and works out the steps. */
  PLANNING("Planning", "Unknown", "A pod reads the sources and works out the steps."),
  /** The steps and the ids of the states after them are known. */
  PLAN_KNOWN("PlanKnown", "True", "The steps and the ids of the states after them are known."),
  /** A pod runs the missing steps. */
  BUILDING("Building", "Unknown", "A pod runs the missing steps."),
  /** Another job builds a state that this one needs. */
  WAITING_FOR_STATE(
      "WaitingForState", "Unknown", "Another job builds a state that this one needs."),
  /** The pod waits for a node with a pool that has room. */
  WAITING_FOR_NODE(
      "WaitingForNode", "Unknown", "The pod waits for a node with a pool that has room."),
  /** The pools with the start are full, and what is in them may not go now. */
  WAITING_FOR_ROOM(
      "WaitingForRoom",
      "Unknown",
      "The pools that could take the build are full, and what is in them may not go now; the"
          + " message names what holds it."),
  /** Every state was there already; no step ran. */
  CACHED("Cached", "True", "Every state was there already; no step ran."),
  /** The missing steps ran and the state is kept. */
  BUILT("Built", "True", "The missing steps ran and the state is kept."),
  /** The plan was all that was asked for. */
  PLAN_ONLY("PlanOnly", "True", "The plan was all that was asked for."),
  /** A script or a changeset failed in the database. */
  STEP_FAILED("StepFailed", "False", "A script or a changeset failed in the database."),
  /**
   * The sources cannot be had: there is no such ref, file, ConfigMap or claim, or the checksum is
   * wrong.
   */
  SOURCE_UNAVAILABLE(
      "SourceUnavailable",
      "False",
      "The sources cannot be had: there is no such ref, file, ConfigMap or claim, or the checksum"
          + " is wrong."),
  /** The sources are there and cannot be understood. */
  SOURCE_INVALID("SourceInvalid", "False", "The sources are there and cannot be understood."),
  /** The image cannot be pulled. */
  IMAGE_UNAVAILABLE("ImageUnavailable", "False", "The image cannot be pulled."),
  /** The deadline passed before the state was there. */
  DEADLINE_EXCEEDED("DeadlineExceeded", "False", "The deadline passed before the state was there."),
  /** No node has a pool of the class with room. */
  NO_NODE("NoNode", "False", "No node has a pool of the class with room."),
  /** No pool had room until the deadline, or one ran full while the steps ran. */
  NO_SPACE(
      "NoSpace",
      "False",
      "No pool had room until the deadline, or one ran full while the steps ran."),
  /** The pod was lost (its node is gone, it was evicted or killed) and the retries are used up. */
  POD_LOST(
      "PodLost",
      "False",
      "The pod was lost (its node is gone, it was evicted or killed) and the retries are used up."),
  /** The spec contradicts itself. */
  INVALID_SPEC("InvalidSpec", "False", "The spec contradicts itself."),
  /** A defect of ours; the message names the code. */
  INTERNAL_ERROR("InternalError", "False", "A defect of ours; the message names the code.");

  private final String value;
  private final String status;
  private final String meaning;

  JobReason(String value, String status, String meaning) {
    this.value = value;
    this.status = status;
    this.meaning = meaning;
  }

  @Override
  public String value() {
    return value;
  }

  @Override
  public String status() {
    return status;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
