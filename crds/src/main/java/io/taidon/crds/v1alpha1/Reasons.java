package io.taidon.crds.v1alpha1;

/** Condition types and reasons. The set of reasons is open; their meaning never changes. */
public final class Reasons {
  /**
   * Condition of DbInstance: a client that connects through the gateway gets a row now or after one
   * wake.
   */
  public static final String READY = "Ready";

  /** Condition of PrepareJob: the state is there. */
  public static final String SUCCEEDED = "Succeeded";

  /** Condition of PrepareJob: the steps and state ids are known. */
  public static final String PLANNED = "Planned";

  // PrepareJob
  /** A pod reads the sources and works out the steps. */
  public static final String PLANNING = "Planning";

  /** A pod runs the missing steps. */
  public static final String BUILDING = "Building";

  /** Another job builds a state that this one needs. */
  public static final String WAITING_FOR_STATE = "WaitingForState";

  /** Everything was there already; no pod ran. */
  public static final String CACHED = "Cached";

  /** The missing steps ran. */
  public static final String BUILT = "Built";

  /** The plan was all that was asked for. */
  public static final String PLAN_ONLY = "PlanOnly";

  /** A script or changeset failed in the database. */
  public static final String STEP_FAILED = "StepFailed";

  /** The sources cannot be had: no such ref, file, ConfigMap, claim, or a wrong checksum. */
  public static final String SOURCE_UNAVAILABLE = "SourceUnavailable";

  /** The sources are there and cannot be understood. */
  public static final String SOURCE_INVALID = "SourceInvalid";

  /** The image cannot be pulled. */
  public static final String IMAGE_UNAVAILABLE = "ImageUnavailable";

  /** The deadline passed. */
  public static final String DEADLINE_EXCEEDED = "DeadlineExceeded";

  /** No node has a pool with room for it. */
  public static final String NO_NODE = "NoNode";

  /** The pod was lost (node gone, evicted, killed) and the retries are used up. */
  public static final String POD_LOST = "PodLost";

  /** The spec contradicts itself or names what does not exist. */
  public static final String INVALID_SPEC = "InvalidSpec";

  // DbInstance
  /** Its server answers. */
  public static final String RUNNING = "Running";

  /** Its pod is on the way. */
  public static final String STARTING = "Starting";

  /** It sleeps since it was idle; the next connection wakes it. */
  public static final String STOPPED = "Stopped";

  /** The state, snapshot or job it comes from is not there. */
  public static final String STATE_UNAVAILABLE = "StateUnavailable";

  /** It is waiting for its PrepareJob. */
  public static final String WAITING_FOR_JOB = "WaitingForJob";

  /** Its server does not start or keeps failing. */
  public static final String SERVER_FAILED = "ServerFailed";

  /** It is being deleted. */
  public static final String DELETING = "Deleting";

  /** Its node is gone and the data with it. */
  public static final String DATA_LOST = "DataLost";

  // StateSnapshot
  /** At least one pool holds it. */
  public static final String AVAILABLE = "Available";

  /** No pool holds it yet. */
  public static final String PENDING = "Pending";

  /** Every pool that held it has lost it. */
  public static final String LOST = "Lost";

  private Reasons() {}
}
