package io.taidon.engine;

import io.taidon.core.error.TaidonException;
import io.taidon.core.scram.ScramVerifier;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a gateway on the engine's machine gets at instances: finds them, learns how their roles are
 * authenticated, wakes them, and tells of their use. What blocks says so; all is thread-safe and
 * fails with {@link TaidonException}.
 *
 * <p>Instances are named by their whole ids, but in {@link #find}. Role names are the bytes that a
 * client sent, each as one character (ISO 8859-1), and may be anything.
 */
public interface InstanceAccess {

  /**
   * The instance that an id, an unambiguous prefix or a name means; empty if there is none, or more
   * than one. Blocks for a look into the registry.
   */
  Optional<Reachable> find(String reference);

  /**
   * What a role's password is checked against; empty if the role is not known, may not log in, or
   * has no password, or one whose time is over. Blocks for a query where the instance runs.
   *
   * <p>The owner has the password of the instance's DSN, whether or not the instance runs. Of other
   * roles a stopped instance is remembered as it was when it was stopped; of a crashed one nothing
   * is known until it runs again.
   */
  Optional<ScramVerifier> verifier(String instanceId, String role);

  /**
   * Who a token's bearer is in an instance that runs; empty if the role may not log in. For {@code
   * readOnly} that is a role made for it, which owns nothing and was granted reading only. Blocks
   * for a query or two.
   */
  Optional<String> tokenRole(String instanceId, String role, boolean readOnly);

  /**
   * Starts an instance's server unless it runs, and waits until it answers.
   *
   * @param progress hears sentences such as "starting PostgreSQL 17.11"
   * @return the server's Unix socket
   */
  Path wake(String instanceId, Consumer<String> progress) throws InterruptedException;

  /** Hears what happens to every instance. Listeners must be quick. */
  Subscription watch(Consumer<InstanceEvent> listener);

  /** Takes note of use. Does not block. */
  void used(String instanceId, InstanceUse use);

  /**
   * An instance that can be reached, or made to be.
   *
   * @param socket the Unix socket of its server while that runs; whoever may connect to it is
   *     trusted, and nobody may but this process's account, the server's and root
   * @param failure why it cannot be started, if it cannot
   */
  record Reachable(
      String instanceId,
      Optional<Path> socket,
      Optional<String> failure,
      Optional<Instant> expiresAt) {}

  /** Ends what {@link #watch} began. Idempotent. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
