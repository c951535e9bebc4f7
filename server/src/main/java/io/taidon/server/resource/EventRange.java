package io.taidon.server.resource;

import io.taidon.server.error.Errors;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a stream of events begins.
 *
 * @param first the number of its first event
 * @param asked whether the client asked for it with a {@code Range} header
 */
record EventRange(long first, boolean asked) {
  private static final String UNIT = "events=";
  private static final Pattern FORM = Pattern.compile("events=([1-9]\\d{0,17})-");

  /** From the {@code Range} header; other units than {@code events} are ignored (RFC 9110 14.2). */
  static EventRange of(Optional<String> header) {
    if (header.isEmpty() || !header.get().startsWith(UNIT)) {
      return new EventRange(1, false);
    }
    Matcher matcher = FORM.matcher(header.get());
    if (matcher.matches()) {
      return new EventRange(Long.parseLong(matcher.group(1)), true);
    }
    throw Errors.invalid("Range", "The Range header must be events=<first>-, counting from 1.");
  }

  String contentRange() {
    return "events " + first + "-*/*";
  }
}
