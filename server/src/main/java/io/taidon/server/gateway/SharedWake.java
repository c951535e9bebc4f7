package io.taidon.server.gateway;

import io.taidon.gateway.directory.Endpoint;
import io.taidon.gateway.directory.WakeProgress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** One wake that any number of clients wait for. Thread-safe. */
final class SharedWake {
  private final CompletableFuture<Endpoint> outcome = new CompletableFuture<>();
  private final List<Consumer<WakeProgress>> listeners = new CopyOnWriteArrayList<>();
  private Optional<WakeProgress> last = Optional.empty();

  /** Does the work and tells all who wait. */
  void run(Callable<Endpoint> work) {
    try {
      outcome.complete(work.call());
    } catch (Exception | Error e) {
      outcome.completeExceptionally(e);
    }
  }

  synchronized void tell(String sentence) {
    WakeProgress step = new WakeProgress(sentence);
    last = Optional.of(step);
    listeners.forEach(listener -> listener.accept(step));
  }

  /** Who comes late hears where it is; a stage that is cancelled ends only its own waiting. */
  synchronized CompletionStage<Endpoint> join(Consumer<WakeProgress> progress) {
    listeners.add(progress);
    last.ifPresent(progress);
    CompletableFuture<Endpoint> waiting = new CompletableFuture<>();
    outcome.whenComplete((endpoint, failure) -> {
      if (failure == null) {
        waiting.complete(endpoint);
      } else {
        waiting.completeExceptionally(failure);
      }
    });
    waiting.whenComplete((endpoint, failure) -> listeners.remove(progress));
    return waiting;
  }

  boolean isOver() {
    return outcome.isDone();
  }
}
