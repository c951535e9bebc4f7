package io.taidon.e2e.cluster;

import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** How long the suite waits for something that has to come. */
public final class Patience {
  private static final Duration POLL = Duration.ofMillis(100);

  private Patience() {}

  /**
   * The longest wait: {@code TAIDON_E2E_PATIENCE} seconds, by default two minutes. Slow machines
   * need more; what goes wrong is then only seen later.
   */
  public static Duration limit() {
    return Optional.ofNullable(System.getenv("TAIDON_E2E_PATIENCE"))
        .filter(text -> !text.isBlank())
        .map(Long::parseLong)
        .map(Duration::ofSeconds)
        .orElse(Duration.ofMinutes(2));
  }

  /** Waits for something; the words say for what. */
  public static ConditionFactory await(String what) {
    return Awaitility.await(what).atMost(limit()).pollInterval(POLL).pollDelay(Duration.ZERO);
  }
}
