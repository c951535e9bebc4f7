package io.taidon.server.resource;

import io.taidon.core.error.TaidonException;
import io.taidon.server.error.Errors;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The checks of request fields; each failure names its field. */
final class Fields {
  private static final int MOST_ARGUMENTS = 1_000;

  /** What Linux takes for one argument of a program (MAX_ARG_STRLEN in execve(2)), NUL included. */
  private static final int LONGEST_ARGUMENT_BYTES = 131_071;

  private static final int LONGEST_PATH_BYTES = 4_096;
  private static final int LONGEST_TEXT_BYTES = 256;
  private static final long LONGEST_TIME_MILLIS = Duration.ofDays(36_500).toMillis();

  private Fields() {}

  static <T> T required(String field, @Nullable T value) {
    if (value == null) {
      throw Errors.invalid(field, "The field \"" + field + "\" is missing.");
    }
    return value;
  }

  /** A field that means something for another kind of request only. */
  static void absent(String field, Optional<?> value, String kind) {
    if (value.isPresent()) {
      throw Errors.invalid(field, "The field \"" + field + "\" is for the kind " + kind + " only.");
    }
  }

  /** A body, where the route needs one. */
  static <T> T body(@Nullable T body) {
    if (body == null) {
      throw Errors.invalid("body", "The request has no body.");
    }
    return body;
  }

  static String text(String field, String value) {
    return bounded(field, value, LONGEST_TEXT_BYTES);
  }

  static List<String> arguments(String field, List<@Nullable String> values) {
    if (values.size() > MOST_ARGUMENTS) {
      throw Errors.invalid(
          field, "The field \"" + field + "\" has more than " + MOST_ARGUMENTS + " elements.");
    }
    for (int i = 0; i < values.size(); i++) {
      String element = field + "[" + i + "]";
      bounded(element, required(element, values.get(i)), LONGEST_ARGUMENT_BYTES);
    }
    return values.stream().map(Objects::requireNonNull).toList();
  }

  static Path absolutePath(String field, String value) {
    try {
      Path path = Path.of(bounded(field, value, LONGEST_PATH_BYTES));
      if (path.isAbsolute()) {
        return path.normalize();
      }
    } catch (InvalidPathException e) {
      // Falls through to the one sentence for both mistakes.
    }
    throw Errors.invalid(field, "The field \"" + field + "\" must be an absolute path.");
  }

  static OptionalInt number(String field, Optional<Integer> value, int least, int most) {
    if (value.isEmpty()) {
      return OptionalInt.empty();
    }
    if (value.get() < least || value.get() > most) {
      throw Errors.invalid(
          field, "The field \"" + field + "\" must be " + least + " to " + most + ".");
    }
    return OptionalInt.of(value.get());
  }

  /** A time in milliseconds, of up to a hundred years. */
  static Optional<Duration> time(String field, Optional<Long> millis) {
    if (millis.isPresent() && (millis.get() < 0 || millis.get() > LONGEST_TIME_MILLIS)) {
      throw Errors.invalid(
          field, "The field \"" + field + "\" must be 0 to " + LONGEST_TIME_MILLIS + ".");
    }
    return millis.map(Duration::ofMillis);
  }

  /** One of the constants, written in lower case. */
  static <E extends Enum<E>> E choice(String field, String value, Class<E> type) {
    List<E> choices = List.of(type.getEnumConstants());
    return choices.stream()
        .filter(choice -> wire(choice).equals(value))
        .findFirst()
        .orElseThrow(() -> notOneOf(field, choices.stream().map(Fields::wire).toList()));
  }

  static TaidonException notOneOf(String field, List<String> choices) {
    String list = choices.size() == 1 ? choices.getFirst() : "one of " + String.join(", ", choices);
    return Errors.invalid(field, "The field \"" + field + "\" must be " + list + ".");
  }

  private static String wire(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String bounded(String field, String value, int mostBytes) {
    if (value.indexOf('\0') >= 0) {
      throw Errors.invalid(field, "The field \"" + field + "\" has a NUL character.");
    }
    if (value.length() > mostBytes || value.getBytes(StandardCharsets.UTF_8).length > mostBytes) {
      throw Errors.invalid(
          field, "The field \"" + field + "\" is longer than " + mostBytes + " bytes.");
    }
    return value;
  }
}
