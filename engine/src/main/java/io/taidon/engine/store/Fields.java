package io.taidon.engine.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads typed fields of a JSON object that was written by somebody else. */
final class Fields {
  private final JsonNode json;

  Fields(JsonNode json) {
    this.json = json;
  }

  String text(String name) throws IOException {
    return optionalText(name).orElseThrow(() -> new IOException("no text in field " + name));
  }

  Optional<String> optionalText(String name) {
    JsonNode field = json.path(name);
    return field.isTextual() ? Optional.of(field.textValue()) : Optional.empty();
  }

  long number(String name) throws IOException {
    return optionalNumber(name)
        .orElseThrow(() -> new IOException("no whole number in field " + name));
  }

  OptionalLong optionalNumber(String name) {
    JsonNode field = json.path(name);
    return field.isIntegralNumber() && field.canConvertToLong()
        ? OptionalLong.of(field.longValue())
        : OptionalLong.empty();
  }

  /** A time in milliseconds that is not negative. */
  Optional<Duration> optionalMillis(String name) throws IOException {
    OptionalLong millis = optionalNumber(name);
    if (millis.isPresent() && millis.getAsLong() < 0) {
      throw new IOException("a negative time in field " + name);
    }
    return millis.isPresent()
        ? Optional.of(Duration.ofMillis(millis.getAsLong()))
        : Optional.empty();
  }

  /** False where older versions did not write it. */
  boolean optionalFlag(String name) {
    return json.path(name).booleanValue();
  }

  boolean flag(String name) throws IOException {
    JsonNode field = json.path(name);
    if (!field.isBoolean()) {
      throw new IOException("no truth value in field " + name);
    }
    return field.booleanValue();
  }

  Instant time(String name) throws IOException {
    return instant(name, text(name));
  }

  Optional<Instant> optionalTime(String name) throws IOException {
    Optional<String> text = optionalText(name);
    return text.isEmpty() ? Optional.empty() : Optional.of(instant(name, text.get()));
  }

  <E extends Enum<E>> E word(Class<E> type, String name) throws IOException {
    String word = text(name);
    try {
      return Enum.valueOf(type, word.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IOException("unknown word in field " + name, e);
    }
  }

  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    json.path(name).forEach(item -> texts.add(item.asText()));
    return texts;
  }

  Map<String, Long> numbers(String name) {
    return numbers(json.path(name));
  }

  static Map<String, Long> numbers(JsonNode object) {
    Map<String, Long> numbers = new LinkedHashMap<>();
    object.properties().forEach(entry -> numbers.put(entry.getKey(), entry.getValue().asLong()));
    return numbers;
  }

  private static Instant instant(String name, String text) throws IOException {
    try {
      return Instant.ofEpochMilli(Instant.parse(text).toEpochMilli());
    } catch (DateTimeException | ArithmeticException e) {
      throw new IOException("no time in field " + name, e);
    }
  }
}
