package io.taidon.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.taidon.core.state.StateId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateLocksTest {
  private static final StateId STATE = StoreSamples.stateId(1);
  private static final StateId OTHER = StoreSamples.stateId(2);

  @TempDir Path directory;
  private StoreLayout layout;
  private StateLocks locks;

  @BeforeEach
  void open() {
    layout = StoreSamples.layout(directory);
    locks = new StateLocks(layout);
  }

  @AfterEach
  void close() {
    locks.close();
  }

  @Test
  void oneHolderPerState() throws Exception {
    StateLocks second = new StateLocks(layout);
    try (StateLocks.StateLock held = locks.acquire(STATE)) {
      assertThat(locks.tryAcquire(STATE)).isEmpty();
      assertThat(second.tryAcquire(STATE)).isEmpty();
      try (StateLocks.StateLock other = second.tryAcquire(OTHER).orElseThrow()) {
        assertThat(other.id()).isEqualTo(OTHER);
      }
      held.close();
      try (StateLocks.StateLock again = second.tryAcquire(STATE).orElseThrow()) {
        assertThat(again.id()).isEqualTo(STATE);
      }
    } finally {
      second.close();
    }
  }

  @Test
  void virtualThreadsTakeTurnsAndAreToldThatTheyWait() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger waiting = new AtomicInteger();
    AtomicBoolean violated = new AtomicBoolean();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      try (StateLocks.StateLock ignored = locks.acquire(STATE)) {
        for (int i = 0; i < 50; i++) {
          all.add(
              threads.submit(() -> {
                try (StateLocks.StateLock mine =
                    locks.acquire(STATE, id -> waiting.incrementAndGet())) {
                  violated.compareAndSet(false, inside.incrementAndGet() != 1);
                  Thread.yield();
                  inside.decrementAndGet();
                }
                return true;
              }));
        }
        await().until(() -> waiting.get() == 50);
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
    assertThat(violated).isFalse();
  }

  @Test
  void aWaiterCanBeInterruptedAndLosesNothingForOthers() throws Exception {
    try (StateLocks.StateLock held = locks.acquire(STATE);
        StoreProcess other = StoreProcess.start(layout)) {
      assertThat(other.answer()).isEqualTo("ready");
      AtomicBoolean waiting = new AtomicBoolean();
      AtomicBoolean interrupted = new AtomicBoolean();
      Thread waiter =
          Thread.ofVirtual()
              .start(() -> {
                try (StateLocks.StateLock unexpected =
                    locks.acquire(held.id(), id -> waiting.set(true))) {
                  waiting.set(false);
                } catch (InterruptedException e) {
                  interrupted.set(true);
                }
              });
      await().untilTrue(waiting);
      waiter.interrupt();
      waiter.join();
      assertThat(interrupted).isTrue();
      // An interrupt closes channels that it meets; ours must still hold the lock.
      assertThat(other.ask("lock " + STATE)).isEqualTo("waiting");
      held.close();
      assertThat(other.answer()).isEqualTo("locked");
      assertThat(locks.tryAcquire(STATE)).isEmpty();
    }
  }

  @Test
  void anInterruptedThreadCanTryWithoutHarm() throws Exception {
    try (StateLocks.StateLock held = locks.acquire(STATE);
        StoreProcess other = StoreProcess.start(layout)) {
      assertThat(other.answer()).isEqualTo("ready");
      Thread.currentThread().interrupt();
      try (StateLocks.StateLock second = locks.tryAcquire(OTHER).orElseThrow()) {
        assertThat(second.id()).isNotEqualTo(held.id());
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }
      assertThat(other.ask("lock " + STATE)).isEqualTo("waiting");
      other.kill();
    }
  }

  @Test
  void closingOneUserOfTheFileKeepsTheLocksOfOthers() throws Exception {
    try (StateLocks.StateLock held = locks.acquire(STATE);
        StoreProcess other = StoreProcess.start(layout)) {
      assertThat(other.answer()).isEqualTo("ready");
      new StateLocks(layout).close();
      assertThat(other.ask("lock " + held.id())).isEqualTo("waiting");
      other.kill();
    }
  }

  @Test
  void twoProcessesAreNeverInsideTogether() throws Exception {
    try (StoreProcess first = StoreProcess.start(layout);
        StoreProcess second = StoreProcess.start(layout);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(first.answer()).isEqualTo("ready");
      assertThat(second.answer()).isEqualTo("ready");
      first.tell("contend " + STATE + " 60");
      second.tell("contend " + STATE + " 60");
      Future<Integer> here = threads.submit(() -> StoreProcess.contend(locks, layout, STATE, 30));
      Future<Integer> too = threads.submit(() -> StoreProcess.contend(locks, layout, STATE, 30));
      assertThat(here.get()).isZero();
      assertThat(too.get()).isZero();
      assertThat(first.answer()).isEqualTo("0");
      assertThat(second.answer()).isEqualTo("0");
    }
  }

  @Test
  void aKilledHolderLosesItsLock() throws Exception {
    try (StoreProcess other = StoreProcess.start(layout)) {
      assertThat(other.answer()).isEqualTo("ready");
      assertThat(other.ask("lock " + STATE)).isEqualTo("locked");
      assertThat(locks.tryAcquire(STATE)).isEmpty();
      other.kill();
      try (StateLocks.StateLock taken = locks.tryAcquire(STATE).orElseThrow()) {
        assertThat(taken.id()).isEqualTo(STATE);
      }
    }
  }
}
