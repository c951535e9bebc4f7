package io.taidon.gateway.directory;

/** Whether an instance can be dialled. */
public sealed interface Availability {
  /** Its server runs. */
  record Running(Endpoint endpoint) implements Availability {}

  /** Its server is down, or on its way; {@link InstanceDirectory#wake} brings it up. */
  record Asleep() implements Availability {}

  /**
   * It will not come up by itself.
   *
   * @param sentence why, in words for the client; told only to those who authenticated
   */
  record Failed(String sentence) implements Availability {}
}
