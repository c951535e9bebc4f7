package io.taidon.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.gateway.CollectedLog;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class GatewayLogTest {
  @Test
  void keepsTheOrderAndIsWrittenWhenFlushed() {
    CollectedLog collected = new CollectedLog();
    GatewayLog log = new GatewayLog(collected);
    for (int i = 0; i < 100; i++) {
      log.write(LogLine.of(LogEvent.LOGIN).with(LogKey.SESSION, i));
    }
    log.flush();
    assertThat(collected.of("login"))
        .extracting(line -> line.get("session").asInt())
        .hasSize(100)
        .isSorted();
  }

  @Test
  void whatStrangersCauseIsBoundedPerSecond() {
    Throttle throttle = new Throttle(2);
    long second = TimeUnit.SECONDS.toNanos(1);
    assertThat(throttle.pass(0)).isEqualTo(OptionalLong.of(0));
    assertThat(throttle.pass(1)).isEqualTo(OptionalLong.of(0));
    assertThat(throttle.pass(2)).isEmpty();
    assertThat(throttle.pass(second - 1)).isEmpty();
    assertThat(throttle.pass(second)).isEqualTo(OptionalLong.of(2));
    assertThat(throttle.pass(second + 1)).isEqualTo(OptionalLong.of(0));
  }
}
