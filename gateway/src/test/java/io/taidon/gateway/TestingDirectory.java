package io.taidon.gateway;

import io.taidon.core.scram.ScramVerifier;
import io.taidon.gateway.directory.Access;
import io.taidon.gateway.directory.Availability;
import io.taidon.gateway.directory.Endpoint;
import io.taidon.gateway.directory.Instance;
import io.taidon.gateway.directory.InstanceChange;
import io.taidon.gateway.directory.InstanceDirectory;
import io.taidon.gateway.directory.InstanceReference;
import io.taidon.gateway.directory.SessionActivity;
import io.taidon.gateway.directory.TokenLogin;
import io.taidon.gateway.directory.WakeProgress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A directory in memory. Answers come from threads of its own, as those of a real one do. A wake
 * waits for {@link #wakesMayGoOn}.
 */
public final class TestingDirectory implements InstanceDirectory {
  private final Map<String, TestInstance> instances = new ConcurrentHashMap<>();
  private final Map<String, Instant> expiries = new ConcurrentHashMap<>();
  private final Map<String, Integer> caps = new ConcurrentHashMap<>();
  private final List<Consumer<InstanceChange>> listeners = new CopyOnWriteArrayList<>();
  private final List<SessionActivity> reports = new CopyOnWriteArrayList<>();
  private final AtomicInteger wakes = new AtomicInteger();
  private final Executor threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);
  private volatile Optional<String> objection = Optional.empty();
  private volatile Optional<RuntimeException> wakeFailure = Optional.empty();

  public void put(TestInstance instance) {
    instances.put(instance.id(), instance);
  }

  public void expire(String id, Instant at) {
    expiries.put(id, at);
  }

  public void cap(String id, int sessions) {
    caps.put(id, sessions);
  }

  /** Wakes begin and do not end until {@link #wakesMayGoOn}. */
  public void holdWakes() {
    gate = new CompletableFuture<>();
  }

  public void wakesMayGoOn() {
    gate.complete(null);
  }

  public void failWakes(RuntimeException failure) {
    wakeFailure = Optional.of(failure);
  }

  public int wakes() {
    return wakes.get();
  }

  public List<SessionActivity> reports() {
    return List.copyOf(reports);
  }

  public void announce(InstanceChange change) {
    listeners.forEach(listener -> listener.accept(change));
  }

  @Override
  public CompletionStage<Optional<Instance>> find(InstanceReference reference) {
    return CompletableFuture.supplyAsync(
        () -> Optional.ofNullable(instances.get(reference.text())).map(this::describe), threads);
  }

  private Instance describe(TestInstance instance) {
    return new Instance(
        instance.id(),
        instance.isRunning()
            ? new Availability.Running(instance.endpoint())
            : new Availability.Asleep(),
        "postgres",
        Optional.ofNullable(expiries.get(instance.id())),
        caps.containsKey(instance.id())
            ? OptionalInt.of(caps.get(instance.id()))
            : OptionalInt.empty());
  }

  @Override
  public CompletionStage<Optional<ScramVerifier>> verifier(Instance instance, String role) {
    return CompletableFuture.supplyAsync(
        () ->
            Optional.ofNullable(instances.get(instance.id()))
                .filter(known -> role.equals(TestInstance.ROLE))
                .map(TestInstance::verifier),
        threads);
  }

  @Override
  public CompletionStage<Optional<TokenLogin>> tokenLogin(
      Instance instance, String role, Access access) {
    return CompletableFuture.completedFuture(
        Optional.ofNullable(instances.get(instance.id()))
            .map(known -> new TokenLogin(TestInstance.ROLE, Optional.of(known.keys()))));
  }

  @Override
  public CompletionStage<Endpoint> wake(Instance instance, Consumer<WakeProgress> progress) {
    wakes.incrementAndGet();
    progress.accept(new WakeProgress("opening its eyes"));
    return gate.thenApplyAsync(
        open -> {
          wakeFailure.ifPresent(failure -> {
            throw failure;
          });
          progress.accept(new WakeProgress("starting its server"));
          return instances.get(instance.id()).start();
        },
        threads);
  }

  @Override
  public Subscription watch(Consumer<InstanceChange> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** It has an objection to clients. */
  public void object(String sentence) {
    objection = Optional.of(sentence);
  }

  @Override
  public Optional<String> obstacle() {
    return objection;
  }

  @Override
  public void report(SessionActivity activity) {
    reports.add(activity);
  }
}
