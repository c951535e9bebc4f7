package io.taidon.crds.v1alpha1;

/**
 * Why a DbInstance is as it is: reasons of its condition {@code Ready}. The set may grow; the
 * meaning of a reason never changes.
 */
public enum InstanceReason implements Reason {
  /** The server answers. */
  RUNNING("Running", "True", "The server answers."),
  /** The pod of the server is on the way. */
  STARTING("Starting", "False", "The pod of the server is on the way."),
  /** The PrepareJob that it comes from is not done. */
  WAITING_FOR_JOB("WaitingForJob", "False", "The PrepareJob that it comes from is not done."),
  /** It sleeps because it was idle; the next connection wakes it. */
  STOPPED("Stopped", "True", "It sleeps because it was idle; the next connection wakes it."),
  /** The server is going down. */
  STOPPING("Stopping", "False", "The server is going down."),
  /** The state that it comes from is not there, or the reference is ambiguous. */
  STATE_UNAVAILABLE(
      "StateUnavailable",
      "False",
      "The state that it comes from is not there, or the reference is ambiguous."),
  /** The PrepareJob that it comes from failed. */
  JOB_FAILED("JobFailed", "False", "The PrepareJob that it comes from failed."),
  /** The image of the server cannot be pulled. */
  IMAGE_UNAVAILABLE("ImageUnavailable", "False", "The image of the server cannot be pulled."),
  /** No node that could hold it has room. */
  NO_NODE("NoNode", "False", "No node that could hold it has room."),
  /** The pools that hold its state are full, and what is in them may not go now. */
  NO_SPACE(
      "NoSpace",
      "False",
      "The pools that hold its state are full, and what is in them may not go now; the message"
          + " names what holds it."),
  /** The server does not start, or keeps failing. */
  SERVER_FAILED("ServerFailed", "False", "The server does not start, or keeps failing."),
  /** The node that held the data is gone. */
  DATA_LOST("DataLost", "False", "The node that held the data is gone."),
  /** It is being deleted. */
  DELETING("Deleting", "False", "It is being deleted.");

  private final String value;
  private final String status;
  private final String meaning;

  InstanceReason(String value, String status, String meaning) {
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
