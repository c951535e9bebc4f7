package io.taidon.server.gateway;

import io.taidon.core.scram.ScramVerifier;
import io.taidon.engine.InstanceAccess;
import io.taidon.engine.InstanceAccess.Reachable;
import io.taidon.engine.InstanceEvent;
import io.taidon.engine.InstanceUse;
import io.taidon.gateway.directory.Access;
import io.taidon.gateway.directory.Availability;
import io.taidon.gateway.directory.BackendLogin;
import io.taidon.gateway.directory.Endpoint;
import io.taidon.gateway.directory.Instance;
import io.taidon.gateway.directory.InstanceChange;
import io.taidon.gateway.directory.InstanceDirectory;
import io.taidon.gateway.directory.InstanceReference;
import io.taidon.gateway.directory.SessionActivity;
import io.taidon.gateway.directory.TokenLogin;
import io.taidon.gateway.directory.WakeProgress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The instances of an engine in this process, as the gateway sees them. What the engine does
 * blocks, so each question has a virtual thread.
 *
 * <p>The gateway gets in through the Unix sockets of the servers, which let nobody in but this
 * process's account, the servers' and root; so having authenticated a client is all there is to do.
 */
public final class LocalDirectory implements InstanceDirectory {
  private static final String DEFAULT_DATABASE = "postgres";

  private final InstanceAccess access;
  private final ConcurrentHashMap<String, SharedWake> wakes = new ConcurrentHashMap<>();

  public LocalDirectory(InstanceAccess access) {
    this.access = access;
  }

  @Override
  public CompletionStage<Optional<Instance>> find(InstanceReference reference) {
    return onThread(() -> access.find(reference.text()).map(LocalDirectory::instance));
  }

  private static Instance instance(Reachable reachable) {
    return new Instance(
        reachable.instanceId(),
        availability(reachable),
        DEFAULT_DATABASE,
        reachable.expiresAt(),
        OptionalInt.empty());
  }

  private static Availability availability(Reachable reachable) {
    Optional<Availability> known =
        reachable
            .failure()
            .<Availability>map(Availability.Failed::new)
            .or(() -> reachable.socket().map(s -> new Availability.Running(endpoint(s))));
    return known.orElseGet(Availability.Asleep::new);
  }

  private static Endpoint endpoint(Path socket) {
    return new Endpoint(UnixDomainSocketAddress.of(socket), new BackendLogin.Trusted());
  }

  @Override
  public CompletionStage<Optional<ScramVerifier>> verifier(Instance instance, String role) {
    return onThread(() -> access.verifier(instance.id(), role));
  }

  @Override
  public CompletionStage<Optional<TokenLogin>> tokenLogin(
      Instance instance, String role, Access wanted) {
    boolean readOnly =
        switch (wanted) {
          case READ_ONLY -> true;
          case READ_WRITE -> false;
        };
    return onThread(() ->
        access
            .tokenRole(instance.id(), role, readOnly)
            .map(name -> new TokenLogin(name, Optional.empty())));
  }

  @Override
  public CompletionStage<Endpoint> wake(Instance instance, Consumer<WakeProgress> progress) {
    SharedWake wake =
        wakes.compute(
            instance.id(),
            (id, running) -> running == null || running.isOver() ? begin(id) : running);
    return wake.join(progress);
  }

  private SharedWake begin(String id) {
    SharedWake wake = new SharedWake();
    Thread.ofVirtual()
        .name("wake-" + id)
        .start(() -> {
          wake.run(() -> endpoint(access.wake(id, wake::tell)));
          wakes.remove(id, wake);
        });
    return wake;
  }

  @Override
  public Subscription watch(Consumer<InstanceChange> listener) {
    InstanceAccess.Subscription watch = access.watch(event -> listener.accept(change(event)));
    return watch::close;
  }

  private static InstanceChange change(InstanceEvent event) {
    return switch (event) {
      case InstanceEvent.Stopped(String id) -> new InstanceChange.Stopped(id);
      case InstanceEvent.ExpiryChanged(String id, Optional<Instant> at) ->
          new InstanceChange.ExpiryChanged(id, at);
      case InstanceEvent.Ending(String id, String sentence, boolean now) ->
          new InstanceChange.Ending(id, sentence, now);
      case InstanceEvent.Deleted(String id, String sentence) ->
          new InstanceChange.Deleted(id, sentence);
    };
  }

  @Override
  public void report(SessionActivity activity) {
    access.used(
        activity.instanceId(), new InstanceUse(activity.sessions(), activity.lastActivity()));
  }

  /** The stage itself fails with what the work failed with. */
  private static <T> CompletionStage<T> onThread(Callable<T> work) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("directory")
        .start(() -> {
          try {
            answer.complete(work.call());
          } catch (Exception | Error e) {
            answer.completeExceptionally(e);
          }
        });
    return answer;
  }
}
