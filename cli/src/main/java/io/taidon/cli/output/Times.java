package io.taidon.cli.output;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Times and sizes as people read them. */
public final class Times {
  private Times() {}

  /** How long ago, for example {@code 3d ago}; the text itself where it is no time. */
  public static String relative(String rfc3339, Instant now) {
    if (rfc3339.isEmpty()) {
      return "";
    }
    try {
      long seconds = Duration.between(Instant.parse(rfc3339), now).toSeconds();
      return seconds < 0 ? "in " + amount(-seconds) : amount(seconds) + " ago";
    } catch (DateTimeException e) {
      return rfc3339;
    }
  }

  /** In UTC, to the second. */
  public static String absolute(String rfc3339) {
    try {
      return rfc3339.isEmpty()
          ? ""
          : Instant.parse(rfc3339).truncatedTo(ChronoUnit.SECONDS).toString();
    } catch (DateTimeException e) {
      return rfc3339;
    }
  }

  private static String amount(long seconds) {
    if (seconds < 60) {
      return seconds + "s";
    }
    if (seconds < 3600) {
      return seconds / 60 + "m";
    }
    return seconds < 86_400 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
  }

  /** Milliseconds as {@code 85 ms} or {@code 1.2s}. */
  public static String elapsed(long millis) {
    return millis < 1000 ? millis + "ms" : millis / 1000 + "." + millis % 1000 / 100 + "s";
  }

  /** Bytes in powers of 1024, for example {@code 38.2 MiB}. */
  public static String size(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    double amount = bytes;
    int unit = -1;
    while (amount >= 1024 && unit < 4) {
      amount /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %siB", amount, "KMGTP".charAt(unit));
  }
}
