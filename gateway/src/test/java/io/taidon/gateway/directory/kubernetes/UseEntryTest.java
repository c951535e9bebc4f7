package io.taidon.gateway.directory.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.crds.v1alpha1.DbInstanceStatus.GatewayUse;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UseEntryTest {
  private static final Instant T = Instant.parse("2026-01-01T00:00:00Z");

  private final UseEntry entry = new UseEntry(Optional.empty());

  @Test
  void the_first_session_is_written_at_once_and_once() {
    assertThat(entry.claim(T)).isFalse();
    entry.report(1, T);
    assertThat(entry.claim(T)).isTrue();
    assertThat(entry.claim(T)).isFalse();
    assertThat(entry.write("g-0", T))
        .isEqualTo(new GatewayUse("g-0", 1, T.toString(), null, T.toString()));
  }

  @Test
  void changes_are_written_every_few_seconds() {
    write(1, T);
    entry.report(2, T.plusSeconds(1));
    assertThat(entry.claim(T.plusMillis(4999))).isFalse();
    assertThat(entry.claim(T.plusSeconds(5))).isTrue();
  }

  @Test
  void who_comes_when_the_status_says_nobody_is_there_is_written_at_once() {
    write(0, T);
    entry.report(1, T.plusSeconds(1));
    assertThat(entry.claim(T.plusSeconds(1))).isTrue();
    entry.write("g-0", T.plusSeconds(1));
    entry.report(0, T.plusSeconds(2));
    entry.report(1, T.plusSeconds(3));
    assertThat(entry.claim(T.plusSeconds(3))).as("the status has somebody already").isFalse();
  }

  @Test
  void open_sessions_have_a_heartbeat_and_closed_ones_none() {
    write(1, T);
    assertThat(entry.claim(T.plusSeconds(19))).isFalse();
    assertThat(entry.claim(T.plusSeconds(20))).isTrue();
    entry.write("g-0", T.plusSeconds(20));
    entry.report(0, T.plusSeconds(30));
    assertThat(entry.claim(T.plusSeconds(30))).isTrue();
    assertThat(entry.write("g-0", T.plusSeconds(30)).sessions()).isZero();
    assertThat(entry.claim(T.plusSeconds(3000))).isFalse();
  }

  @Test
  void a_write_that_failed_is_tried_again_but_not_at_once() {
    write(1, T);
    entry.failed();
    assertThat(entry.claim(T.plusSeconds(1))).isFalse();
    assertThat(entry.claim(T.plusSeconds(5))).isTrue();
  }

  @Test
  void a_wake_stays_in_every_later_write() {
    entry.wake(T);
    write(1, T.plusSeconds(1));
    assertThat(entry.write("g-0", T.plusSeconds(100)).wakeTime()).isEqualTo(T.toString());
    entry.wake(T.minusSeconds(5));
    assertThat(entry.write("g-0", T.plusSeconds(200)).wakeTime()).isEqualTo(T.toString());
  }

  @Test
  void a_gateway_that_was_restarted_goes_on_from_what_it_wrote() {
    GatewayUse before =
        new GatewayUse("g-0", 7, T.toString(), T.minusSeconds(9).toString(), T.toString());
    UseEntry after = new UseEntry(Optional.of(before));
    after.report(0, T.minusSeconds(60));
    assertThat(after.write("g-0", T.plusSeconds(1)))
        .isEqualTo(
            new GatewayUse(
                "g-0", 0, T.toString(), T.minusSeconds(9).toString(), T.plusSeconds(1).toString()));
  }

  @Test
  void is_forgotten_when_the_status_surely_has_it() {
    write(0, T);
    assertThat(entry.isOver(T.plusSeconds(59))).isFalse();
    assertThat(entry.isOver(T.plusSeconds(60))).isTrue();
    write(1, T.plusSeconds(61));
    assertThat(entry.isOver(T.plusSeconds(600))).isFalse();
  }

  @Test
  void the_end_closes_what_is_open() {
    write(3, T);
    assertThat(entry.end()).isTrue();
    assertThat(entry.write("g-0", T.plusSeconds(1)).sessions()).isZero();
    assertThat(entry.end()).isFalse();
  }

  private void write(int sessions, Instant at) {
    entry.report(sessions, at);
    entry.write("g-0", at);
  }
}
