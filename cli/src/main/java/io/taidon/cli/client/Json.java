package io.taidon.cli.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value, immutable. Reading what is not there gives an empty value, never an error: answers
 * may grow and shrink between versions.
 */
public final class Json {
  private static final Json ABSENT = new Json(null);
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(200)
                  .maxStringLength(96 << 20)
                  .build())
          .build();

  /** A {@code Map<String, Json>}, {@code List<Json>}, String, Long, Double, Boolean or null. */
  private final @Nullable Object value;

  private Json(@Nullable Object value) {
    this.value = value;
  }

  /**
   * Parses one value.
   *
   * @throws IOException when the text is not JSON
   */
  public static Json parse(String text) throws IOException {
    try (JsonParser parser = FACTORY.createParser(text)) {
      parser.nextToken();
      Json parsed = read(parser);
      if (parser.nextToken() != null) {
        throw new IOException("text after the JSON value");
      }
      return parsed;
    }
  }

  private static Json read(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw new IOException("no JSON value");
    }
    return switch (token) {
      case START_OBJECT -> readObject(parser);
      case START_ARRAY -> readArray(parser);
      case VALUE_STRING -> new Json(parser.getText());
      case VALUE_NUMBER_INT -> new Json(readInteger(parser));
      case VALUE_NUMBER_FLOAT -> new Json(parser.getDoubleValue());
      case VALUE_TRUE -> new Json(true);
      case VALUE_FALSE -> new Json(false);
      case VALUE_NULL -> new Json(null);
      case END_ARRAY, END_OBJECT, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
          throw new IOException("unexpected " + token);
    };
  }

  private static Number readInteger(JsonParser parser) throws IOException {
    return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
        ? (Number) parser.getDoubleValue()
        : (Number) parser.getLongValue();
  }

  private static Json readObject(JsonParser parser) throws IOException {
    Map<String, Json> fields = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      fields.put(name, read(parser));
    }
    return new Json(fields);
  }

  private static Json readArray(JsonParser parser) throws IOException {
    List<Json> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(read(parser));
    }
    return new Json(items);
  }

  public static Json of(String text) {
    return new Json(text);
  }

  public static Json of(long number) {
    return new Json(number);
  }

  public static Json of(boolean truth) {
    return new Json(truth);
  }

  public static Json array(List<Json> items) {
    return new Json(List.copyOf(items));
  }

  /** An array of strings. */
  public static Json strings(List<String> texts) {
    return array(texts.stream().map(Json::of).toList());
  }

  /** An object without fields, to be extended by {@link #with}. */
  public static Json object() {
    return new Json(Map.of());
  }

  /** This object with one more field, the last. */
  public Json with(String name, Json field) {
    Map<String, Json> fields = new LinkedHashMap<>(fields());
    fields.put(name, field);
    return new Json(fields);
  }

  public Json with(String name, String text) {
    return with(name, of(text));
  }

  public Json with(String name, Optional<String> text) {
    return text.isPresent() ? with(name, text.get()) : this;
  }

  public Json with(String name, boolean truth) {
    return with(name, of(truth));
  }

  public Json with(String name, long number) {
    return with(name, of(number));
  }

  /** The field's value; absent when there is none or this is no object. */
  public Json get(String name) {
    Json field = fields().get(name);
    return field == null ? ABSENT : field;
  }

  public boolean isPresent() {
    return value != null;
  }

  @SuppressWarnings("unchecked")
  public Map<String, Json> fields() {
    return value instanceof Map<?, ?> map ? (Map<String, Json>) map : Map.of();
  }

  @SuppressWarnings("unchecked")
  public List<Json> items() {
    return value instanceof List<?> list ? (List<Json>) list : List.of();
  }

  /** This value as people write it, if it is a string, number or boolean. */
  public Optional<String> text() {
    return value instanceof String || value instanceof Number || value instanceof Boolean
        ? Optional.of(String.valueOf(value))
        : Optional.empty();
  }

  /** The field as text. */
  public Optional<String> text(String name) {
    return get(name).text();
  }

  /** The field as text, or an empty string. */
  public String string(String name) {
    return text(name).orElse("");
  }

  public OptionalLong number(String name) {
    return get(name).value instanceof Number number
        ? OptionalLong.of(number.longValue())
        : OptionalLong.empty();
  }

  /** The field as a boolean; absent is false. */
  public boolean bool(String name) {
    return Boolean.TRUE.equals(get(name).value);
  }

  /** Whether the field is {@code text}. */
  public boolean is(String name, String text) {
    return text.equals(get(name).value);
  }

  /** Compact JSON. */
  @Override
  public String toString() {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(text)) {
      write(generator);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /** Asks for each type in turn: a switch over types generates its class anew in every process. */
  private void write(JsonGenerator generator) throws IOException {
    if (value == null) {
      generator.writeNull();
    } else if (value instanceof String text) {
      generator.writeString(text);
    } else if (value instanceof Boolean truth) {
      generator.writeBoolean(truth);
    } else if (value instanceof Long number) {
      generator.writeNumber(number);
    } else if (value instanceof Double number) {
      generator.writeNumber(number);
    } else if (value instanceof List<?>) {
      generator.writeStartArray();
      for (Json item : items()) {
        item.write(generator);
      }
      generator.writeEndArray();
    } else {
      generator.writeStartObject();
      for (Map.Entry<String, Json> field : fields().entrySet()) {
        generator.writeFieldName(field.getKey());
        field.getValue().write(generator);
      }
      generator.writeEndObject();
    }
  }
}
