package io.taidon.engine;

/** What happened to an instance. */
public sealed interface InstanceEvent {
  /** 32 hexadecimal digits. */
  String instanceId();

  /** Its server is gone: stopped, or crashed. */
  record Stopped(String instanceId) implements InstanceEvent {}

  /**
   * It is gone with its data.
   *
   * @param sentence why
   */
  record Deleted(String instanceId, String sentence) implements InstanceEvent {}
}
