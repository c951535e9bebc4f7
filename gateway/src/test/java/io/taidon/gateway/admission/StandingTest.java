package io.taidon.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.gateway.admission.Refusal.Reason;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StandingTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final Limits LIMITS = Limits.standardForPair();

  @Test
  void tenFailuresWithinTheWindowBlockForTwoMinutes() {
    Standing standing = Standing.fresh(LIMITS, 0);
    for (int i = 0; i < 9; i++) {
      standing = standing.failed(LIMITS, i * SECOND);
    }
    assertThat(standing.blocked(9 * SECOND)).isEmpty();
    standing = standing.failed(LIMITS, 9 * SECOND);
    assertThat(standing.blocked(9 * SECOND))
        .contains(new Refusal(Reason.FAILURES, Duration.ofSeconds(120)));
    assertThat(standing.attempt(LIMITS, 128 * SECOND).refusal())
        .hasValueSatisfying(
            refusal -> assertThat(refusal.hint()).contains("Try again in 1 second."));
    assertThat(standing.attempt(LIMITS, 129 * SECOND).refusal()).isEmpty();
  }

  @Test
  void failuresOfAnotherWindowDoNotCount() {
    Standing standing = Standing.fresh(LIMITS, 0);
    for (int i = 0; i < 9; i++) {
      standing = standing.failed(LIMITS, 0);
    }
    standing = standing.failed(LIMITS, 150 * SECOND);
    assertThat(standing.blocked(150 * SECOND)).isEmpty();
  }

  @Test
  void aSuccessForgivesAndRaisesTheLimitButNotWithoutEnd() {
    Standing standing = Standing.fresh(LIMITS, 0);
    for (int i = 0; i < 9; i++) {
      standing = standing.failed(LIMITS, 0);
    }
    standing = standing.succeeded(LIMITS, 0);
    for (int i = 0; i < 99; i++) {
      standing = standing.failed(LIMITS, SECOND);
    }
    assertThat(standing.blocked(SECOND)).isEmpty();
    assertThat(standing.failed(LIMITS, SECOND).blocked(SECOND)).isPresent();
  }

  @Test
  void trustEnds() {
    Standing standing = Standing.fresh(LIMITS, 0).succeeded(LIMITS, 0);
    assertThat(standing.isTrusted(599 * SECOND)).isTrue();
    assertThat(standing.isTrusted(600 * SECOND)).isFalse();
  }

  @Test
  void aSuccessDoesNotLiftABlock() {
    Standing standing = Standing.fresh(LIMITS, 0);
    for (int i = 0; i < 10; i++) {
      standing = standing.failed(LIMITS, 0);
    }
    assertThat(standing.succeeded(LIMITS, 0).blocked(SECOND)).isPresent();
  }

  /** Over any stretch of time, no more get through than the burst and what came back meanwhile. */
  @Test
  void neverAllowsMoreThanTheRate() {
    Random random = new Random(20);
    for (int round = 0; round < 200; round++) {
      Limits limits = limits(1 + random.nextInt(40), 1 + random.nextInt(50));
      Standing standing = Standing.fresh(limits, 0);
      Deque<Long> allowed = new ArrayDeque<>();
      long now = 0;
      for (int step = 0; step < 500; step++) {
        now += random.nextLong(SECOND / 10);
        Standing.Attempt attempt = standing.attempt(limits, now);
        standing = attempt.after();
        if (attempt.refusal().isEmpty()) {
          allowed.add(now);
          assertWithinRate(limits, allowed, now);
        } else {
          assertThat(attempt.refusal().get().reason()).isEqualTo(Reason.RATE);
          assertLetInAfter(limits, standing, now, attempt.refusal());
        }
      }
      assertThat(allowed).isNotEmpty();
    }
  }

  /** The breaker opens exactly where a count of failures by hand says so. */
  @Test
  void blocksExactlyAsCounted() {
    Random random = new Random(150);
    for (int round = 0; round < 300; round++) {
      Standing standing = Standing.fresh(LIMITS, 0);
      long now = 0;
      int count = 0;
      long windowEnds = -1;
      long blockedUntil = -1;
      for (int step = 0; step < 200; step++) {
        now += random.nextLong(25 * SECOND);
        assertThat(standing.blocked(now).isPresent()).isEqualTo(now < blockedUntil);
        if (now < blockedUntil) {
          continue;
        }
        standing = standing.failed(LIMITS, now);
        if (now >= windowEnds) {
          count = 0;
          windowEnds = now + 150 * SECOND;
        }
        count++;
        if (count == 10) {
          blockedUntil = now + 120 * SECOND;
          count = 0;
          windowEnds = -1;
        }
      }
    }
  }

  private static void assertWithinRate(Limits limits, Deque<Long> allowed, long now) {
    int sinceThen = allowed.size();
    for (long start : allowed) {
      double back = (now - start) / 1e9 * limits.perSecond();
      assertThat(sinceThen).isLessThanOrEqualTo((int) Math.floor(limits.burst() + back + 1e-6));
      sinceThen--;
    }
    if (allowed.size() > 100) {
      allowed.removeFirst();
    }
  }

  private static void assertLetInAfter(
      Limits limits, Standing standing, long now, Optional<Refusal> refusal) {
    long later = now + refusal.orElseThrow().retryAfter().toNanos() + 1;
    assertThat(standing.attempt(limits, later).refusal()).isEmpty();
  }

  private static Limits limits(double perSecond, int burst) {
    return new Limits(
        perSecond,
        burst,
        LIMITS.failures(),
        LIMITS.trustedFailures(),
        LIMITS.window(),
        LIMITS.block(),
        LIMITS.trust());
  }
}
