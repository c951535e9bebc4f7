package io.taidon.gateway.directory.kubernetes;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.crds.instance.ServerProbe;
import io.taidon.gateway.directory.Availability;
import io.taidon.gateway.directory.Endpoint;
import io.taidon.gateway.directory.WakeProgress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One instance on its way up, for all who wait for it here. It is shown every state of the instance
 * that the informer sees. Thread-safe.
 */
final class PendingWake {
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private static final Duration ATTEMPT = Duration.ofSeconds(1);

  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(20);

  private final Consumer<Instant> ask;
  private final Consumer<Runnable> threads;
  private final Instant since;
  private final CompletableFuture<Endpoint> outcome = new CompletableFuture<>();
  private final List<Consumer<WakeProgress>> listeners = new CopyOnWriteArrayList<>();
  private Optional<Instant> asked = Optional.empty();
  private Optional<WakeProgress> last = Optional.empty();
  private volatile Optional<Endpoint> dialled = Optional.empty();

  /**
   * Begins.
   *
   * @param ask writes the wish that it be awake, as of a time
   * @param threads run what waits
   */
  PendingWake(Consumer<Instant> ask, Consumer<Runnable> threads, Instant since) {
    this.ask = ask;
    this.threads = threads;
    this.since = since;
  }

  /** One who waits, told of the last step at once; cancelling it ends only this waiting. */
  synchronized CompletableFuture<Endpoint> join(Consumer<WakeProgress> progress) {
    last.ifPresent(progress);
    listeners.add(progress);
    CompletableFuture<Endpoint> waiting = outcome.copy();
    waiting.whenComplete((endpoint, failure) -> listeners.remove(progress));
    return waiting;
  }

  CompletableFuture<Endpoint> outcome() {
    return outcome;
  }

  /** What the instance is like now; empty if it is gone. */
  synchronized void see(Optional<InstanceView> instance, Supplier<Instant> now) {
    if (outcome.isDone()) {
      return;
    }
    Optional<InstanceView> there = instance.filter(view -> !view.isGoing());
    if (there.isEmpty()) {
      dialled = Optional.empty();
      fail(ErrorCode.NOT_FOUND, "The instance was deleted.");
      return;
    }
    InstanceView view = there.get();
    if (view.availability() instanceof Availability.Failed failed) {
      fail(ErrorCode.SERVER_UNAVAILABLE, failed.sentence());
      return;
    }
    askUnlessAsked(view, now.get());
    view.step().ifPresent(this::tell);
    dial(view);
  }

  /** Gives up if it takes too long. */
  synchronized void look(Instant now) {
    if (now.isAfter(since.plus(LONGEST))) {
      fail(
          ErrorCode.SERVER_UNAVAILABLE,
          "The instance did not start within "
              + LONGEST.toMinutes()
              + " minutes"
              + last.map(step -> ": " + step.sentence()).orElse("")
              + ".");
    }
  }

  void fail(Throwable failure) {
    outcome.completeExceptionally(failure);
  }

  /** A wish counts if it is later than the last stop, by the clock of who stopped it. */
  private void askUnlessAsked(InstanceView view, Instant now) {
    Optional<Instant> stop = view.stopTime();
    if (asked.isEmpty() || stop.filter(at -> !asked.get().isAfter(at)).isPresent()) {
      Instant at = stop.map(time -> time.plusMillis(1)).filter(now::isBefore).orElse(now);
      asked = Optional.of(at);
      ask.accept(at);
    }
  }

  private void tell(String step) {
    WakeProgress progress = new WakeProgress(step);
    if (!last.equals(Optional.of(progress))) {
      last = Optional.of(progress);
      listeners.forEach(listener -> listener.accept(progress));
    }
  }

  private void dial(InstanceView view) {
    Optional<Endpoint> endpoint = view.open();
    if (!endpoint.equals(dialled)) {
      dialled = endpoint;
      endpoint.ifPresent(at -> threads.accept(() -> dialUntilItLetsIn(at, view.role())));
    }
  }

  private void dialUntilItLetsIn(Endpoint endpoint, String role) {
    InetSocketAddress address = (InetSocketAddress) endpoint.address();
    try {
      while (!outcome.isDone() && dialled.filter(endpoint::equals).isPresent()) {
        if (ServerProbe.letsIn(address, role, ATTEMPT)) {
          outcome.complete(endpoint);
        } else {
          Thread.sleep(BETWEEN_ATTEMPTS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      outcome.completeExceptionally(e);
    }
  }

  private void fail(ErrorCode code, String sentence) {
    fail(TaidonException.of(code, sentence));
  }
}
