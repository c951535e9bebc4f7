package io.taidon.gateway.directory;

import java.time.Instant;
import java.util.Optional;

/** What happened to an instance that may have sessions here. */
public sealed interface InstanceChange {
  /** The instance's id. */
  String instanceId();

  /** Its server was stopped or died; sessions have lost their backend. */
  record Stopped(String instanceId) implements InstanceChange {}

  /**
   * It will be deleted at another time than was known.
   *
   * @param expiresAt the time; empty for never
   */
  record ExpiryChanged(String instanceId, Optional<Instant> expiresAt) implements InstanceChange {}

  /**
   * It is about to be deleted, and the directory lets nobody in any more.
   *
   * @param sentence why
   * @param now whether its server goes down at once; else sessions may finish what they do, and a
   *     second change follows
   */
  record Ending(String instanceId, String sentence, boolean now) implements InstanceChange {}

  /**
   * It is gone for good.
   *
   * @param sentence why, such as "it expired"
   */
  record Deleted(String instanceId, String sentence) implements InstanceChange {}
}
