package io.taidon.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.scram.ScramVerifier;
import io.taidon.engine.InstanceAccess;
import io.taidon.engine.InstanceEvent;
import io.taidon.engine.InstanceUse;
import io.taidon.gateway.directory.Access;
import io.taidon.gateway.directory.Availability;
import io.taidon.gateway.directory.BackendLogin;
import io.taidon.gateway.directory.Endpoint;
import io.taidon.gateway.directory.Instance;
import io.taidon.gateway.directory.InstanceChange;
import io.taidon.gateway.directory.InstanceReference;
import io.taidon.gateway.directory.SessionActivity;
import io.taidon.gateway.directory.TokenLogin;
import io.taidon.gateway.directory.WakeProgress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The translation between gateway and engine; the engine itself has tests of its own. */
class LocalDirectoryTest {
  private static final Path SOCKET = Path.of("/s/.s.PGSQL.5432");
  private static final Instance ASLEEP =
      new Instance(
          "a".repeat(32),
          new Availability.Asleep(),
          "postgres",
          Optional.empty(),
          OptionalInt.empty());

  private final TestingAccess access = new TestingAccess();
  private final LocalDirectory directory = new LocalDirectory(access);

  @Test
  void anInstanceIsRunningAsleepOrFailed() throws Exception {
    access.reachable = reachable(Optional.of(SOCKET), Optional.empty());
    assertThat(found().availability())
        .isEqualTo(
            new Availability.Running(
                new Endpoint(UnixDomainSocketAddress.of(SOCKET), new BackendLogin.Trusted())));
    access.reachable = reachable(Optional.empty(), Optional.empty());
    assertThat(found().availability()).isEqualTo(new Availability.Asleep());
    access.reachable = reachable(Optional.empty(), Optional.of("It is being made."));
    assertThat(found().availability()).isEqualTo(new Availability.Failed("It is being made."));
    access.reachable = Optional.empty();
    assertThat(get(directory.find(new InstanceReference("dev")))).isEmpty();
  }

  @Test
  void readOnlyTokensGetTheRoleThatTheEngineSays() throws Exception {
    assertThat(get(directory.tokenLogin(ASLEEP, "app", Access.READ_ONLY)))
        .contains(new TokenLogin("reader", Optional.empty()));
    assertThat(get(directory.tokenLogin(ASLEEP, "app", Access.READ_WRITE)))
        .contains(new TokenLogin("app", Optional.empty()));
  }

  @Test
  void manyWaitForOneWakeAndHearWhereItIs() throws Exception {
    List<String> first = new CopyOnWriteArrayList<>();
    List<String> second = new CopyOnWriteArrayList<>();
    CompletionStage<Endpoint> one = directory.wake(ASLEEP, step -> first.add(step.sentence()));
    access.waking.await();
    CompletionStage<Endpoint> two = directory.wake(ASLEEP, step -> second.add(step.sentence()));
    access.mayWake.countDown();

    assertThat(get(one)).isEqualTo(get(two));
    assertThat(access.wakes).hasValue(1);
    assertThat(first).containsExactly("starting");
    assertThat(second).containsExactly("starting");
    Endpoint again = get(directory.wake(ASLEEP, WakeProgress::sentence));
    assertThat(again.address()).isEqualTo(UnixDomainSocketAddress.of(SOCKET));
  }

  @Test
  void whoGivesUpWaitingEndsNobodyElsesWake() throws Exception {
    CompletionStage<Endpoint> impatient = directory.wake(ASLEEP, WakeProgress::sentence);
    CompletionStage<Endpoint> patient = directory.wake(ASLEEP, WakeProgress::sentence);
    assertThat(impatient.toCompletableFuture().cancel(true)).isTrue();
    access.mayWake.countDown();
    assertThat(get(patient).address()).isEqualTo(UnixDomainSocketAddress.of(SOCKET));
  }

  @Test
  void aFailedWakeIsTheFailureItselfAndTheNextOneTriesAgain() throws Exception {
    access.mayWake.countDown();
    access.failure = Optional.of(TaidonException.of(ErrorCode.POSTGRES_FAILED, "It died."));
    CompletableFuture<Throwable> seen = new CompletableFuture<>();
    directory
        .wake(ASLEEP, WakeProgress::sentence)
        .whenComplete((endpoint, failure) -> seen.complete(failure));
    assertThat(seen.get(10, TimeUnit.SECONDS)).isSameAs(access.failure.get());

    access.failure = Optional.empty();
    assertThat(get(directory.wake(ASLEEP, WakeProgress::sentence))).isNotNull();
  }

  @Test
  void failuresOfTheEngineFailTheStage() {
    access.failure = Optional.of(TaidonException.of(ErrorCode.STORE_UNUSABLE, "The disk is gone."));
    assertThatThrownBy(() -> get(directory.verifier(ASLEEP, "sqlrs")))
        .isInstanceOf(ExecutionException.class)
        .hasCause(access.failure.get());
  }

  @Test
  void changesAndUsePassThrough() {
    List<InstanceChange> heard = new ArrayList<>();
    try (var watch = directory.watch(heard::add)) {
      access.listener.accept(new InstanceEvent.Stopped("a"));
      access.listener.accept(new InstanceEvent.ExpiryChanged("a", Optional.of(Instant.EPOCH)));
      access.listener.accept(new InstanceEvent.Ending("a", "It expired.", false));
      access.listener.accept(new InstanceEvent.Deleted("a", "It expired."));
    }
    assertThat(heard)
        .containsExactly(
            new InstanceChange.Stopped("a"),
            new InstanceChange.ExpiryChanged("a", Optional.of(Instant.EPOCH)),
            new InstanceChange.Ending("a", "It expired.", false),
            new InstanceChange.Deleted("a", "It expired."));
    directory.report(new SessionActivity("a", 3, Instant.EPOCH));
    assertThat(access.used).containsExactly(new InstanceUse(3, Instant.EPOCH));
  }

  private Instance found() throws Exception {
    return get(directory.find(new InstanceReference("dev"))).orElseThrow();
  }

  private static Optional<InstanceAccess.Reachable> reachable(
      Optional<Path> socket, Optional<String> failure) {
    return Optional.of(
        new InstanceAccess.Reachable("a".repeat(32), socket, failure, Optional.empty()));
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  /** Instances that are as a test says. */
  private static final class TestingAccess implements InstanceAccess {
    final CountDownLatch waking = new CountDownLatch(1);
    final CountDownLatch mayWake = new CountDownLatch(1);
    final AtomicInteger wakes = new AtomicInteger();
    final List<InstanceUse> used = new ArrayList<>();
    volatile Optional<Reachable> reachable = Optional.empty();
    volatile Optional<RuntimeException> failure = Optional.empty();
    volatile Consumer<InstanceEvent> listener = event -> {};

    @Override
    public Optional<Reachable> find(String reference) {
      return reachable;
    }

    @Override
    public Optional<ScramVerifier> verifier(String instanceId, String role) {
      fail();
      return Optional.empty();
    }

    @Override
    public Optional<String> tokenRole(String instanceId, String role, boolean readOnly) {
      return Optional.of(readOnly ? "reader" : role);
    }

    @Override
    public Path wake(String instanceId, Consumer<String> progress) throws InterruptedException {
      wakes.incrementAndGet();
      progress.accept("starting");
      waking.countDown();
      mayWake.await();
      fail();
      return SOCKET;
    }

    private void fail() {
      if (failure.isPresent()) {
        throw failure.get();
      }
    }

    @Override
    public Subscription watch(Consumer<InstanceEvent> newListener) {
      listener = newListener;
      return () -> listener = event -> {};
    }

    @Override
    public void used(String instanceId, InstanceUse use) {
      used.add(use);
    }
  }
}
