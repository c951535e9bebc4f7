package io.taidon.gateway.directory;

import io.taidon.core.scram.ScramVerifier;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Who is where. No method blocks and none throws: what fails completes its stage exceptionally,
 * with a {@link io.taidon.core.error.TaidonException} if the reason is for a user. Thread-safe.
 */
public interface InstanceDirectory {
  /** The instance that a reference means; empty if there is none, or more than one. */
  CompletionStage<Optional<Instance>> find(InstanceReference reference);

  /**
   * What a role's password is checked against; empty if the role is not known, has no password, or
   * may not log in. The gateway then goes through the motions against a made-up verifier, so that
   * nobody learns which it was.
   */
  CompletionStage<Optional<ScramVerifier>> verifier(Instance instance, String role);

  /**
   * Who to be at the backend for a client that showed a token instead of a password; empty if this
   * role cannot be had with a token. Asked only while the instance runs. For {@link
   * Access#READ_ONLY} the directory answers with a role that cannot write, whatever the client then
   * says in SQL.
   */
  CompletionStage<Optional<TokenLogin>> tokenLogin(Instance instance, String role, Access access);

  /**
   * Brings an instance up and completes when its server answers. Calls for one instance at the same
   * time share one wake; cancelling the stage gives up waiting, not the wake.
   *
   * @param progress called from any thread, in order, until the stage completes
   */
  CompletionStage<Endpoint> wake(Instance instance, Consumer<WakeProgress> progress);

  /** Hears of every change until the subscription is closed. */
  Subscription watch(Consumer<InstanceChange> listener);

  /**
   * Takes note of use: called when the number of sessions changes and, at most once a second for an
   * instance, when one was active. Must return at once.
   */
  void report(SessionActivity activity);

  /**
   * Why clients should not be sent to this gateway now, as a few words, such as "the instances are
   * not known yet"; empty if they should. What was known before an outage is no obstacle.
   */
  default Optional<String> obstacle() {
    return Optional.empty();
  }

  /** Ends what {@link #watch} began. Idempotent. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
