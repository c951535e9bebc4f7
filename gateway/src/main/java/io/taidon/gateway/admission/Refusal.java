package io.taidon.gateway.admission;

import java.time.Duration;
import java.util.Optional;

/**
 * Why somebody may not come in now, in words for the client.
 *
 * @param retryAfter when asking again makes sense; zero if nobody can tell
 */
public record Refusal(Reason reason, Duration retryAfter) {
  /** The limits there are. */
  public enum Reason {
    /** This address has too many sockets that have not logged in. */
    SOCKETS_OF_ADDRESS("53300", "too many unfinished logins from this address"),
    /** This address has too many sessions. */
    SESSIONS_OF_ADDRESS("53300", "too many sessions from this address"),
    /** The instance has too many sessions. */
    SESSIONS_OF_INSTANCE("53300", "too many sessions for this instance"),
    /** The gateway has too many sessions. */
    SESSIONS("53300", "too many sessions"),
    /** This address tries to log in too often. */
    RATE("53400", "too many login attempts"),
    /** This address failed to log in too often. */
    FAILURES("53400", "too many failed logins");

    private final String sqlState;
    private final String message;

    Reason(String sqlState, String message) {
      this.sqlState = sqlState;
      this.message = message;
    }

    /** 53300 for what is full, 53400 for what is too fast. */
    public String sqlState() {
      return sqlState;
    }
  }

  static Refusal of(Reason reason) {
    return new Refusal(reason, Duration.ZERO);
  }

  static Refusal until(Reason reason, long nanosFromNow) {
    return new Refusal(reason, Duration.ofNanos(Math.max(nanosFromNow, 1)));
  }

  public String message() {
    return reason.message;
  }

  /** When to come back, in whole seconds, rounded up. */
  public Optional<String> hint() {
    if (retryAfter.isZero()) {
      return Optional.empty();
    }
    long seconds = retryAfter.plusNanos(999_999_999).toSeconds();
    return Optional.of("Try again in " + seconds + (seconds == 1 ? " second." : " seconds."));
  }
}
