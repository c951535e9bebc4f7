package io.taidon.gateway.session;

import io.taidon.core.error.TaidonException;
import io.taidon.gateway.admission.Refusal;
import io.taidon.gateway.directory.Instance;
import io.taidon.gateway.log.GatewayLog;
import io.taidon.gateway.log.LogEvent;
import io.taidon.gateway.log.LogKey;
import io.taidon.gateway.log.LogLine;
import io.taidon.gateway.log.TokenTrace;
import io.taidon.gateway.metrics.Login;
import io.taidon.gateway.metrics.SessionEnd;
import io.taidon.gateway.startup.Opening;
import io.taidon.gateway.wire.SqlState;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;

/**
 * What the log says of clients. Takes no text that a client sent, except the role of one who has
 * authenticated. Thread-safe.
 */
public final class SessionLog {
  private final GatewayLog log;
  private final AtomicLong lastNumber = new AtomicLong();

  public SessionLog(GatewayLog log) {
    this.log = log;
  }

  /** A number for the lines of one session. */
  long nextNumber() {
    return lastNumber.incrementAndGet();
  }

  void loggedIn(
      SessionInfo session, Login how, Optional<TokenTrace> token, long nanosSinceStartup) {
    LogLine line = of(LogEvent.LOGIN, session).with(LogKey.OUTCOME, how);
    token.ifPresent(line::token);
    log.write(line.with(LogKey.MILLIS, millis(nanosSinceStartup)));
  }

  /**
   * A client did not log in.
   *
   * @param instance the one it was after, if there is one
   */
  void notLoggedIn(
      long number,
      Opening opening,
      Login outcome,
      Optional<SqlState> told,
      Optional<Instance> instance,
      Optional<TokenTrace> token) {
    LogLine line = of(LogEvent.LOGIN_FAILED, number, opening).with(LogKey.OUTCOME, outcome);
    told.ifPresent(state -> line.text(LogKey.STATE, state.code()));
    instance.ifPresent(known -> line.text(LogKey.INSTANCE, known.id()));
    token.ifPresent(line::token);
    log.write(line);
  }

  /** A limit held off a client that had said what it wants. */
  void refused(long number, Opening opening, Refusal refusal) {
    log.write(of(LogEvent.REFUSED, number, opening).with(LogKey.REASON, refusal.reason()));
  }

  /** A limit held off a socket. */
  void refused(InetSocketAddress client, Refusal refusal) {
    log.write(LogLine.of(LogEvent.REFUSED).client(client).with(LogKey.REASON, refusal.reason()));
  }

  /** An authenticated session is over. */
  void ended(SessionInfo session, SessionEnd reason, Duration lasted, long bytesIn, long bytesOut) {
    log.write(
        of(LogEvent.SESSION_ENDED, session)
            .with(LogKey.REASON, reason)
            .with(LogKey.MILLIS, lasted.toMillis())
            .with(LogKey.BYTES_IN, bytesIn)
            .with(LogKey.BYTES_OUT, bytesOut));
  }

  /** Something went wrong that no client is to blame for; connections that break are not that. */
  void defect(long number, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    boolean isTheNetworks =
        cause instanceof IOException || cause.getCause() instanceof SSLException;
    if (!isTheNetworks) {
      LogLine line = LogLine.of(LogEvent.INTERNAL).with(LogKey.SESSION, number);
      log.write(cause instanceof TaidonException known ? line.failure(known) : line.defect(cause));
    }
  }

  private static LogLine of(LogEvent event, SessionInfo session) {
    return LogLine.of(event)
        .with(LogKey.SESSION, session.number())
        .client(session.client())
        .text(LogKey.INSTANCE, session.instanceId())
        .text(LogKey.ROLE, session.role())
        .with(LogKey.TLS, session.tls());
  }

  private static LogLine of(LogEvent event, long number, Opening opening) {
    return LogLine.of(event)
        .with(LogKey.SESSION, number)
        .client(opening.client())
        .with(LogKey.TLS, opening.tls().isPresent());
  }

  private static long millis(long nanos) {
    return Duration.ofNanos(nanos).toMillis();
  }
}
