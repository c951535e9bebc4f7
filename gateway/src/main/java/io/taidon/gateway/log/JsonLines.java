package io.taidon.gateway.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/**
 * Writes what {@code java.util.logging} gets as one JSON object a line, for a gateway that runs by
 * itself: lines of ours as they are with time and level in front, those of libraries by logger,
 * message and the class of what was thrown.
 */
public final class JsonLines extends Formatter {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String OURS = "io.taidon.gateway";

  @Override
  public String format(LogRecord logged) {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("time", logged.getInstant().toString());
      json.writeStringField("level", logged.getLevel().getName().toLowerCase(Locale.ROOT));
      String message = formatMessage(logged);
      if (OURS.equals(logged.getLoggerName()) && message.startsWith("{\"event\"")) {
        json.writeRaw("," + message.substring(1, message.length() - 1));
      } else {
        json.writeStringField("event", "library");
        json.writeStringField("logger", String.valueOf(logged.getLoggerName()));
        json.writeStringField("sentence", message);
        if (logged.getThrown() != null) {
          json.writeStringField("reason", logged.getThrown().getClass().getName());
        }
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string takes all that is written", e);
    }
    return out.append('\n').toString();
  }
}
