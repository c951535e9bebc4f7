package io.taidon.server.life;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class IdleWatchTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(120);

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicBoolean busy = new AtomicBoolean();
  private final Activity activity = new Activity(nanos::get);
  private final IdleWatch watch = new IdleWatch(activity, busy::get, TIMEOUT);

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void serverGoesAfterTheTimeoutWithoutRequests() {
    pass(TIMEOUT.minusSeconds(1));
    assertThat(watch.isDue()).isFalse();

    pass(Duration.ofSeconds(1));
    assertThat(watch.isDue()).isTrue();
  }

  @Test
  void serverStaysWhileARequestIsInFlight() {
    activity.begin();
    pass(TIMEOUT.multipliedBy(10));
    assertThat(watch.isDue()).isFalse();

    activity.end();
    pass(TIMEOUT.minusSeconds(1));
    assertThat(watch.isDue()).isFalse();
    pass(Duration.ofSeconds(1));
    assertThat(watch.isDue()).isTrue();
  }

  @Test
  void quietTimeStartsAnewWhenTheEngineWasBusy() {
    busy.set(true);
    pass(TIMEOUT);
    assertThat(watch.isDue()).isFalse();

    busy.set(false);
    pass(TIMEOUT.minusSeconds(1));
    assertThat(watch.isDue()).isFalse();
    pass(Duration.ofSeconds(1));
    assertThat(watch.isDue()).isTrue();
  }

  @Test
  void zeroStaysForEver() {
    pass(Duration.ofDays(365));

    assertThat(new IdleWatch(activity, busy::get, Duration.ZERO).isDue()).isFalse();
  }

  @Test
  void closingServerTakesNoMoreRequestsAndInterruptsRuns() {
    try (Activity.Run running = activity.run()) {
      activity.close();

      assertThat(activity.begin()).isFalse();
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
