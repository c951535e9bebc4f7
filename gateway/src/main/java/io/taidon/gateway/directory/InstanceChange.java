package io.taidon.gateway.directory;

/** What happened to an instance that may have sessions here. */
public sealed interface InstanceChange {
  /** The instance's id. */
  String instanceId();

  /** Its server was stopped or died; sessions have lost their backend. */
  record Stopped(String instanceId) implements InstanceChange {}

  /**
   * It is gone for good.
   *
   * @param sentence why, such as "it expired"
   */
  record Deleted(String instanceId, String sentence) implements InstanceChange {}
}
