package io.taidon.cli.config;

import java.time.Duration;
import java.util.Optional;

/**
 * Durations as users write them: {@code 500ms}, {@code 15s}, {@code 2m}, {@code 1h}, {@code 30d}.
 */
public final class Durations {
  private Durations() {}

  /** The duration, or empty when the text is none or is not positive. */
  public static Optional<Duration> parse(String text) {
    return parseOrZero(text).filter(Duration::isPositive);
  }

  /** The same where zero has a meaning, such as never. */
  public static Optional<Duration> parseOrZero(String text) {
    int digits = 0;
    while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
      digits++;
    }
    if (digits == 0 || digits > 9) {
      return Optional.empty();
    }
    long count = Long.parseLong(text.substring(0, digits));
    return switch (text.substring(digits)) {
      case "ms" -> Optional.of(Duration.ofMillis(count));
      case "", "s" -> Optional.of(Duration.ofSeconds(count));
      case "m" -> Optional.of(Duration.ofMinutes(count));
      case "h" -> Optional.of(Duration.ofHours(count));
      case "d" -> Optional.of(Duration.ofDays(count));
      default -> Optional.empty();
    };
  }
}
