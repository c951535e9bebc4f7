package io.taidon.engine.liquibase;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;

/** The JSON of worker processes and of kept manifests. Thread-safe. */
public final class WorkerJson {
  private static final ObjectMapper JSON = JsonMapper.builder().addModule(new Jdk8Module()).build();

  private WorkerJson() {}

  /** One line without its end. */
  public static String write(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of text can be written as JSON", e);
    }
  }

  /**
   * @throws IOException if it is not the JSON of such a thing
   */
  public static <T> T read(String json, Class<T> type) throws IOException {
    T value = JSON.readValue(json, type);
    if (value == null) {
      throw new IOException("null in place of " + type.getSimpleName());
    }
    return value;
  }
}
