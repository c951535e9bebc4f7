package io.taidon.gateway.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.taidon.gateway.wire.Messages;
import io.taidon.gateway.wire.SqlState;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** What clients of an instance are told when its time is nearly over. */
public final class ExpiryWarning {
  /** How long before the end. */
  private static final Duration BEFORE = Duration.ofMinutes(5);

  private static final String HINT = "Extend its time to live if you need it longer.";

  private ExpiryWarning() {}

  /** Whether an end is so near that clients are told. */
  public static boolean isDue(Optional<Instant> end, Instant now) {
    return end.filter(at -> now.plus(BEFORE).isAfter(at)).isPresent();
  }

  /** The NOTICE; the caller releases it. */
  public static ByteBuf message(ByteBufAllocator alloc, Instant end, Instant now) {
    Duration left = Duration.between(now, end);
    long minutes = left.plusSeconds(30).toMinutes();
    String when =
        minutes < 1
            ? "in less than a minute"
            : "in about " + minutes + (minutes == 1 ? " minute" : " minutes");
    return Messages.notice(
        alloc,
        SqlState.SUCCESSFUL_COMPLETION,
        "This instance will be deleted "
            + when
            + ", at "
            + end.truncatedTo(ChronoUnit.SECONDS)
            + ".",
        Optional.of(HINT));
  }
}
