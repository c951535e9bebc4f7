package io.taidon.gateway.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.taidon.core.error.TaidonException;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * One line of the log: an event and what is known of it. Values have types that say what they are;
 * where a text must be taken, it is cut to a length and escaped, so that it stays on its line. Not
 * thread-safe.
 */
public final class LogLine {
  private static final int MOST_CHARACTERS = 256;

  /** ASCII only, so that no terminal and no reader is led astray by what a name holds. */
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private final LogEvent event;
  private final Map<LogKey, Object> values = new EnumMap<>(LogKey.class);

  private LogLine(LogEvent event) {
    this.event = event;
  }

  public static LogLine of(LogEvent event) {
    return new LogLine(event);
  }

  public LogLine with(LogKey key, long number) {
    values.put(key, number);
    return this;
  }

  public LogLine with(LogKey key, boolean truth) {
    values.put(key, truth);
    return this;
  }

  /** A constant, in lower case. */
  public LogLine with(LogKey key, Enum<?> constant) {
    values.put(key, constant.name().toLowerCase(Locale.ROOT));
    return this;
  }

  public LogLine with(LogKey key, Instant time) {
    values.put(key, time.toString());
    return this;
  }

  /** Who it was, without a name that would have to be looked up. */
  public LogLine client(InetSocketAddress address) {
    String host =
        address.getAddress() == null ? "unresolved" : address.getAddress().getHostAddress();
    values.put(LogKey.CLIENT, host + ":" + address.getPort());
    return this;
  }

  /** A failure: its code and sentence, which hold no secret. */
  public LogLine failure(TaidonException failure) {
    values.put(LogKey.CODE, failure.code().wireCode());
    return text(LogKey.SENTENCE, failure.sentence());
  }

  /** A defect: where it happened, not what its message says, which may quote a client. */
  public LogLine defect(Throwable failure) {
    StackTraceElement[] trace = failure.getStackTrace();
    String place = trace.length == 0 ? "" : " at " + trace[0];
    return text(LogKey.REASON, failure.getClass().getName() + place);
  }

  /** The traces of a token, see {@link TokenTrace}. */
  public LogLine token(TokenTrace trace) {
    trace.keyId().ifPresent(id -> text(LogKey.KID, id));
    return text(LogKey.TOKEN, trace.hash());
  }

  /** A text that is ours, or the name of an instance or a role. */
  public LogLine text(LogKey key, String text) {
    values.put(
        key, text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS) + "...");
    return this;
  }

  LogEvent event() {
    return event;
  }

  /** One JSON object without a line break in it. */
  @Override
  public String toString() {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("event", event.text());
      for (Map.Entry<LogKey, Object> value : values.entrySet()) {
        json.writeObjectField(value.getKey().text(), value.getValue());
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string takes all that is written", e);
    }
    return out.toString();
  }
}
