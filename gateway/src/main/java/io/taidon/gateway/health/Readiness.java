package io.taidon.gateway.health;

import java.util.Optional;

/** Whether clients should be sent here. Thread-safe. */
@FunctionalInterface
public interface Readiness {
  /** Why not, as a few words; empty if they should. */
  Optional<String> obstacle();
}
