package io.taidon.gateway.tls;

import io.taidon.core.error.TaidonException;
import java.time.Instant;

/** What came of looking at the certificate files again. */
public sealed interface Reload {
  /** They are as they were. */
  record Unchanged() implements Reload {}

  /**
   * New handshakes use the new ones; connections that are open stay as they are.
   *
   * @param expiresAt when the first of them expires
   */
  record Replaced(Instant expiresAt) implements Reload {}

  /** The new ones cannot be used, so the old ones stay. */
  record Kept(TaidonException reason) implements Reload {}
}
