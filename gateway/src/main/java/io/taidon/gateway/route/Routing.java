package io.taidon.gateway.route;

import io.taidon.gateway.directory.InstanceReference;
import io.taidon.gateway.wire.Fault;
import io.taidon.gateway.wire.SqlState;

/** Where a session is to go. */
public sealed interface Routing {
  /**
   * To an instance. If the target's credential is {@link Credential#TOKEN}, the token must be for
   * this very instance.
   */
  record To(InstanceReference instance, RouteSource source, Target target) implements Routing {}

  /** To the instance that the token in the password names. */
  record ByToken(Target target) implements Routing {}

  /** Nowhere; {@link #fault} says why. */
  sealed interface Nowhere extends Routing {
    /** What to tell the client. */
    Fault fault();
  }

  /**
   * Two instances are named.
   *
   * @param first with what named it, such as {@code "a" (the user name)}
   */
  record Conflict(String first, String second) implements Nowhere {
    @Override
    public Fault fault() {
      return Fault.fatal(
              SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
              "The connection names two instances: %s and %s.".formatted(first, second))
          .withHint("Name the instance once, or the same one everywhere.");
    }
  }

  /** No instance is named. */
  record None() implements Nowhere {
    @Override
    public Fault fault() {
      return Fault.fatal(
              SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
              "The connection does not name an instance.")
          .withHint("Connect as ROLE~INSTANCE, or with options=-ctaidon.instance=INSTANCE.");
    }
  }

  /**
   * What names the instance cannot be read.
   *
   * @param sentence which part, and why
   */
  record Invalid(String sentence) implements Nowhere {
    @Override
    public Fault fault() {
      return Fault.fatal(SqlState.INVALID_AUTHORIZATION_SPECIFICATION, sentence);
    }
  }
}
