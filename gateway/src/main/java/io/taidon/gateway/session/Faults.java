package io.taidon.gateway.session;

import io.taidon.core.error.TaidonException;
import io.taidon.gateway.admission.Refusal;
import io.taidon.gateway.wire.Fault;
import io.taidon.gateway.wire.RawText;
import io.taidon.gateway.wire.SqlState;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionException;

/** What sessions tell clients that they turn away. */
final class Faults {
  private Faults() {}

  static Fault of(Refusal refusal) {
    SqlState state =
        switch (refusal.reason()) {
          case SOCKETS_OF_ADDRESS, SESSIONS_OF_ADDRESS, SESSIONS_OF_INSTANCE, SESSIONS ->
              SqlState.TOO_MANY_CONNECTIONS;
          case RATE, FAILURES -> SqlState.CONFIGURATION_LIMIT_EXCEEDED;
        };
    Fault fault = Fault.fatal(state, refusal.message());
    return refusal.hint().map(fault::withHint).orElse(fault);
  }

  /** The same for a wrong password, an unknown role and an unknown instance. */
  static Fault wrongPassword(String role) {
    return Fault.fatal(
        SqlState.INVALID_PASSWORD,
        "password authentication failed for user \"" + RawText.readable(role) + "\"");
  }

  static Fault badToken() {
    return Fault.fatal(SqlState.INVALID_PASSWORD, "token authentication failed");
  }

  /** Only for a token whose signature is right. */
  static Fault expiredToken(Instant at) {
    return badToken().withHint("The token expired at " + at + ".");
  }

  static Fault tokenInPlainText() {
    return Fault.fatal(
            SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
            "A token is not accepted over an unencrypted connection.")
        .withHint("Connect with sslmode=require.");
  }

  static Fault roleNotForTokens() {
    return Fault.fatal(
        SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
        "The instance has no role that this token gives access to.");
  }

  static Fault noSuchInstance(String reference) {
    return Fault.fatal(
        SqlState.UNDEFINED_DATABASE, "There is no instance \"" + reference + "\" any more.");
  }

  static Fault loginTooSlow() {
    return Fault.fatal(SqlState.QUERY_CANCELED, "canceling authentication due to timeout");
  }

  static Fault stillStarting(Duration waited) {
    return Fault.fatal(
            SqlState.CANNOT_CONNECT_NOW,
            "The instance did not start within " + waited.toSeconds() + " seconds.")
        .withHint("It goes on starting. Connect again in a moment.");
  }

  static Fault cannotStart(Throwable failure) {
    return explained(failure, SqlState.CANNOT_CONNECT_NOW, "The instance could not be started.");
  }

  static Fault doesNotRun(String sentence) {
    return Fault.fatal(SqlState.CANNOT_CONNECT_NOW, sentence);
  }

  static Fault holdCancelled() {
    return Fault.fatal(
        SqlState.QUERY_CANCELED, "canceling the wait for the instance due to user request");
  }

  static Fault unreachable() {
    return Fault.fatal(
            SqlState.SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION,
            "The instance's server cannot be reached.")
        .withHint("Connect again in a moment.");
  }

  static Fault directoryFailed(Throwable failure) {
    return explained(
        failure, SqlState.INTERNAL_ERROR, "The gateway could not look up the instance.");
  }

  /** Reasons that are for users are told as they are, others not at all. */
  private static Fault explained(Throwable failure, SqlState state, String otherwise) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof TaidonException known) {
      Fault fault = Fault.fatal(state, known.sentence());
      return known.remedy().map(fault::withHint).orElse(fault);
    }
    return Fault.fatal(state, otherwise);
  }
}
