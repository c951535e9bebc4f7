package io.taidon.gateway.leak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeakCheckTest {
  @Test
  void aBufferThatNobodyReleasesIsFound() {
    lose();
    List<String> found = new ArrayList<>();
    await()
        .untilAsserted(() -> {
          found.addAll(LeakReports.take());
          assertThat(found).anyMatch(report -> report.contains("LeakCheckTest"));
        });
  }

  /** In a frame of its own, so that nothing on the stack holds it. */
  private static void lose() {
    PooledByteBufAllocator.DEFAULT.directBuffer(8).writeByte(1);
  }
}
