package io.taidon.gateway.session;

import io.taidon.gateway.relay.RelayEnd;
import io.taidon.gateway.startup.Ending;
import io.taidon.gateway.wire.SqlState;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Hears what happens to clients, for figures and logs. Called on event loops: must return at once
 * and must not throw. Every method does nothing unless it is overridden.
 */
public interface SessionObserver {
  /** Hears and says nothing. */
  SessionObserver NONE = new SessionObserver() {};

  /** A socket was accepted. */
  default void accepted() {}

  /** A socket ended before its client had said what it wants. */
  default void endedEarly(Ending ending) {}

  /** A client was turned away, before or after it had authenticated. */
  default void refused(InetSocketAddress client, SqlState state) {}

  /**
   * A client authenticated.
   *
   * @param login since its startup packet
   */
  default void authenticated(SessionInfo session, Duration login) {}

  /**
   * A client need not wait any more for its instance to wake.
   *
   * @param awake whether it woke
   */
  default void held(SessionInfo session, Duration waited, boolean awake) {}

  /**
   * A session can take queries.
   *
   * @param server since it was known where its server is
   */
  default void ready(SessionInfo session, Duration server) {}

  /** A session that could take queries ended. */
  default void ended(SessionInfo session, RelayEnd end) {}

  /** A cancel request was served; {@code known} says whether its key was. */
  default void cancelled(boolean known) {}
}
