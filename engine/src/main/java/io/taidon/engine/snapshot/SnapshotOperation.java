package io.taidon.engine.snapshot;

/** What a backend was doing, for messages and for the detail {@code operation}. */
public enum SnapshotOperation {
  CREATE("create", "Creating"),
  CLONE("clone", "Cloning"),
  SNAPSHOT("snapshot", "Taking a snapshot of"),
  SEAL("seal", "Sealing"),
  OPEN("open", "Opening"),
  CLOSE("close", "Closing"),
  DELETE("delete", "Deleting"),
  MEASURE("measure", "Measuring"),
  SWEEP("sweep", "Sweeping");

  private final String wireName;
  private final String phrase;

  SnapshotOperation(String wireName, String phrase) {
    this.wireName = wireName;
    this.phrase = phrase;
  }

  public String wireName() {
    return wireName;
  }

  /** The beginning of a sentence that goes on with a path. */
  public String phrase() {
    return phrase;
  }
}
