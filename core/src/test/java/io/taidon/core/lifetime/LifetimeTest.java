package io.taidon.core.lifetime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LifetimeTest {
  private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);

  @ParameterizedTest
  @CsvSource({
    // standard, longest, wish, granted (hours; -1 no wish; 0 no end)
    "24, 0, -1, 24",
    "24, 0, 48, 48",
    "24, 0, 0, 0",
    "24, 36, 48, 36",
    "24, 36, 0, 36",
    "24, 36, 1, 1",
    "24, 12, -1, 12",
    "0, 12, -1, 12",
    "0, 0, -1, 0"
  })
  void a_wish_goes_before_the_default_and_nothing_beyond_the_longest(
      int standard, int longest, int wish, int granted) {
    TimeLimit limit = new TimeLimit(hours(standard), hours(longest));
    Optional<Duration> wished = wish < 0 ? Optional.empty() : Optional.of(hours(wish));
    assertThat(limit.granted(wished)).isEqualTo(hours(granted));
    assertThat(limit.end(NOW, wished))
        .isEqualTo(granted == 0 ? Optional.empty() : Optional.of(NOW.plus(hours(granted))));
  }

  @Test
  void only_a_finite_wish_beyond_the_longest_is_too_long() {
    TimeLimit limit = new TimeLimit(HOUR, DAY);
    assertThat(limit.isTooLong(DAY.plusMillis(1))).isTrue();
    assertThat(limit.isTooLong(DAY)).isFalse();
    assertThat(limit.isTooLong(Duration.ZERO)).isFalse();
    assertThat(new TimeLimit(HOUR, Duration.ZERO).isTooLong(Duration.ofDays(9_999))).isFalse();
  }

  @Test
  void without_a_session_the_timeout_counts_from_the_last_activity() {
    IdlePolicy policy = new IdlePolicy(HOUR, DAY);
    Instant last = NOW.minus(Duration.ofMinutes(10));
    assertThat(policy.idleAt(new Usage(0, last), NOW)).contains(last.plus(HOUR));
  }

  @Test
  void silent_sessions_count_longer_and_not_for_ever() {
    Instant last = NOW.minus(Duration.ofMinutes(10));
    assertThat(new IdlePolicy(HOUR, DAY).idleAt(new Usage(2, last), NOW)).contains(last.plus(DAY));
    assertThat(new IdlePolicy(DAY, HOUR).idleAt(new Usage(2, last), NOW))
        .as("never less than without one")
        .contains(last.plus(DAY));
    assertThat(new IdlePolicy(HOUR, Duration.ZERO).idleAt(new Usage(1, last), NOW)).isEmpty();
    assertThat(new IdlePolicy(Duration.ZERO, HOUR).idleAt(new Usage(0, last), NOW)).isEmpty();
  }

  @Test
  void an_activity_in_the_future_counts_as_now() {
    assertThat(new IdlePolicy(HOUR, DAY).idleAt(new Usage(0, NOW.plus(DAY)), NOW))
        .contains(NOW.plus(HOUR));
  }

  @Test
  void use_puts_an_end_off_and_never_brings_it_nearer() {
    Expiry expiry = new Expiry(Optional.of(NOW), Optional.of(Duration.ofDays(30)));
    assertThat(expiry.at(NOW.minus(DAY))).contains(NOW.plus(Duration.ofDays(29)));
    assertThat(expiry.at(NOW.minus(Duration.ofDays(60)))).contains(NOW);
    assertThat(expiry.isOver(NOW.minus(Duration.ofDays(60)), NOW)).isTrue();
    assertThat(expiry.isOver(NOW.minus(DAY), NOW)).isFalse();
    assertThat(new Expiry(Optional.of(NOW), Optional.empty()).at(NOW.plus(DAY))).contains(NOW);
    assertThat(new Expiry(Optional.empty(), Optional.of(DAY)).at(NOW)).isEmpty();
  }

  @Test
  void an_end_is_written_again_when_it_is_a_thirtieth_behind() {
    Expiry expiry =
        new Expiry(Optional.of(NOW.plus(Duration.ofDays(30))), Optional.of(Duration.ofDays(30)));
    assertThat(expiry.isStale(NOW)).isFalse();
    assertThat(expiry.isStale(NOW.plus(DAY))).isFalse();
    assertThat(expiry.isStale(NOW.plus(DAY).plusMillis(1))).isTrue();
  }

  @Test
  void a_jump_of_the_clock_holds_ends_back_for_a_while() {
    ClockJumps jumps = new ClockJumps(Duration.ofMinutes(10));
    assertThat(jumps.look(NOW, 0)).as("the first look has nothing to compare").isFalse();
    assertThat(jumps.look(NOW.plusSeconds(10), seconds(10))).isFalse();
    assertThat(jumps.isInGrace()).isFalse();

    assertThat(jumps.look(NOW.plus(DAY), seconds(11))).as("a lid was opened").isTrue();
    assertThat(jumps.isInGrace()).isTrue();
    assertThat(jumps.look(NOW.plus(DAY).plusSeconds(599), seconds(610))).isFalse();
    assertThat(jumps.isInGrace()).isTrue();
    assertThat(jumps.look(NOW.plus(DAY).plusSeconds(601), seconds(612))).isFalse();
    assertThat(jumps.isInGrace()).isFalse();
  }

  @Test
  void a_clock_that_is_set_back_is_no_jump() {
    ClockJumps jumps = new ClockJumps(Duration.ofMinutes(10));
    jumps.look(NOW, 0);
    assertThat(jumps.look(NOW.minus(DAY), seconds(5))).isFalse();
    assertThat(jumps.isInGrace()).isFalse();
  }

  private static Duration hours(int hours) {
    return Duration.ofHours(hours);
  }

  private static long seconds(long seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }
}
