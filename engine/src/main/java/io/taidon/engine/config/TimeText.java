package io.taidon.engine.config;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as users write them: {@code 500ms}, {@code 90s}, {@code 15m}, {@code 24h}, {@code 30d}. */
final class TimeText {
  static final String PATTERN = "0|[0-9]{1,9}(ms|s|m|h|d)";

  private static final Pattern FORM = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)?");

  private TimeText() {}

  /** The time; empty where the text is none. A number without a unit is none, but for 0. */
  static Optional<Duration> parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    long count = Long.parseLong(form.group(1));
    String unit = form.group(2);
    if (unit == null) {
      return count == 0 ? Optional.of(Duration.ZERO) : Optional.empty();
    }
    return Optional.of(
        switch (unit) {
          case "ms" -> Duration.ofMillis(count);
          case "s" -> Duration.ofSeconds(count);
          case "m" -> Duration.ofMinutes(count);
          case "h" -> Duration.ofHours(count);
          default -> Duration.ofDays(count);
        });
  }
}
