package io.taidon.engine;

import java.time.Instant;
import java.util.Optional;

/** What happens to an instance. */
public sealed interface InstanceEvent {
  /** 32 hexadecimal digits. */
  String instanceId();

  /** Its server goes down or is gone: stopped, or crashed. */
  record Stopped(String instanceId) implements InstanceEvent {}

  /** It will be deleted at another time than was known. */
  record ExpiryChanged(String instanceId, Optional<Instant> expiresAt) implements InstanceEvent {}

  /**
   * It is about to be deleted, and nobody new gets in.
   *
   * @param sentence why
   * @param now whether its server goes down at once; else those who work may finish first
   */
  record Ending(String instanceId, String sentence, boolean now) implements InstanceEvent {}

  /**
   * It is gone with its data.
   *
   * @param sentence why
   */
  record Deleted(String instanceId, String sentence) implements InstanceEvent {}
}
