package io.taidon.core.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.core.cache.CacheLimits.Pressure;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CacheLimitsTest {
  private static final long GIB = 1024L * 1024 * 1024;

  @Test
  void a_small_disk_is_usable_and_a_large_one_is_not_wasted() {
    assertThat(CacheLimits.defaultReserve(20 * GIB)).isEqualTo(2 * GIB);
    assertThat(CacheLimits.defaultReserve(4096 * GIB)).isEqualTo(10 * GIB);
  }

  @Test
  void below_the_high_watermark_nothing_goes() {
    assertThat(limits(100).pressure(new CacheUsage(90, 1000, 2000))).isEmpty();
  }

  @Test
  void above_the_high_watermark_states_go_down_to_the_low_one() {
    assertThat(limits(100).pressure(new CacheUsage(91, 1000, 2000)))
        .contains(new Pressure(EvictionReason.USAGE_ABOVE_HIGH_WATERMARK, 11));
  }

  @Test
  void others_who_fill_the_disk_count_too() {
    CacheLimits limits = new CacheLimits(Optional.empty(), 50, 50, 0.9, 0.8);
    assertThat(limits.pressure(new CacheUsage(100, 40, 2000)))
        .contains(new Pressure(EvictionReason.FREE_BELOW_RESERVE, 28));
  }

  @Test
  void what_is_asked_for_is_never_more_than_there_is() {
    CacheLimits limits = new CacheLimits(Optional.empty(), 500, 5, 0.9, 0.8);
    assertThat(limits.effectiveMaxBytes(new CacheUsage(10, 40, 2000))).isZero();
    assertThat(limits.pressure(new CacheUsage(10, 40, 2000)).orElseThrow().bytes()).isEqualTo(460);
  }

  @Test
  void the_limit_itself_is_never_crossed() {
    CacheUsage usage = new CacheUsage(95, 1000, 2000);
    assertThat(limits(100).excess(usage, 5)).isEmpty();
    assertThat(limits(100).excess(usage, 7))
        .contains(new Pressure(EvictionReason.USAGE_ABOVE_HIGH_WATERMARK, 2));
  }

  @Test
  void a_reserve_that_others_use_up_stops_nothing_before_the_floor() {
    assertThat(limits(100).excess(new CacheUsage(10, 6, 2000), 5)).isEmpty();
    assertThat(limits(100).excess(new CacheUsage(10, 3, 2000), 5))
        .contains(new Pressure(EvictionReason.FREE_BELOW_RESERVE, 2));
    assertThat(CacheLimits.defaultFloor(4096 * GIB)).isEqualTo(GIB / 4);
    assertThat(CacheLimits.defaultFloor(GIB)).isEqualTo(GIB / 50);
  }

  private static CacheLimits limits(long maxBytes) {
    return new CacheLimits(Optional.of(maxBytes), 10, 5, 0.9, 0.8);
  }
}
