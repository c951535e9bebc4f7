package io.taidon.engine.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BackgroundThreadTest {
  @Test
  void worksAtItsStartThenWhenItIsWoken() throws InterruptedException {
    BlockingQueue<Integer> rounds = new LinkedBlockingQueue<>();
    AtomicInteger number = new AtomicInteger();
    try (BackgroundThread thread =
        new BackgroundThread(
            "test",
            () -> {
              rounds.add(number.incrementAndGet());
              return BackgroundThread.UNTIL_WOKEN;
            })) {
      thread.start();
      assertThat(rounds.poll(30, TimeUnit.SECONDS)).isEqualTo(1);
      thread.wake();
      assertThat(rounds.poll(30, TimeUnit.SECONDS)).isEqualTo(2);
    }
    assertThat(rounds).isEmpty();
  }

  @Test
  void worksAgainAfterThePauseThatARoundGave() throws InterruptedException {
    CountDownLatch threeRounds = new CountDownLatch(3);
    try (BackgroundThread thread =
        new BackgroundThread(
            "test",
            () -> {
              threeRounds.countDown();
              return Duration.ofMillis(1);
            })) {
      thread.start();
      assertThat(threeRounds.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aWakeDuringARoundIsFollowedByAnother() throws InterruptedException {
    SynchronousQueue<String> begun = new SynchronousQueue<>();
    SynchronousQueue<String> goOn = new SynchronousQueue<>();
    try (BackgroundThread thread =
        new BackgroundThread(
            "test",
            () -> {
              begun.put("begun");
              String unused = goOn.take();
              return BackgroundThread.UNTIL_WOKEN;
            })) {
      thread.start();
      assertThat(begun.poll(30, TimeUnit.SECONDS)).isNotNull();
      thread.wake();
      goOn.put("first");
      assertThat(begun.poll(30, TimeUnit.SECONDS)).as("a second round").isNotNull();
      goOn.put("second");
    }
  }

  @Test
  void closingWaitsForTheRoundThatIsUnderWay() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger ended = new AtomicInteger();
    BackgroundThread thread =
        new BackgroundThread(
            "test",
            () -> {
              begun.countDown();
              goOn.await();
              ended.incrementAndGet();
              return Duration.ZERO;
            });
    thread.start();
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
    Thread closer = Thread.ofPlatform().start(thread::close);
    Awaitility.await("the closer waits")
        .atMost(Duration.ofSeconds(30))
        .until(() -> closer.getState() == Thread.State.WAITING);
    assertThat(ended).hasValue(0);

    goOn.countDown();
    closer.join();

    assertThat(ended).as("and no other round").hasValue(1);
  }
}
