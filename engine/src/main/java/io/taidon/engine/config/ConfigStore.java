package io.taidon.engine.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

/**
 * The stored configuration of one engine: values set by users over the defaults of {@link
 * ConfigKey}. Each change is written to a temporary file, forced to disk and renamed, so that a
 * crash leaves the old or the new file. Thread-safe.
 */
public final class ConfigStore {
  private static final long MAX_FILE_BYTES = 1 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private ObjectNode values;

  private ConfigStore(Path file, ObjectNode values) {
    this.file = file;
    this.values = values;
  }

  /** Opens the configuration in {@code file}, which need not exist. */
  public static ConfigStore open(Path file) {
    if (!Files.exists(file)) {
      return new ConfigStore(file, JSON.createObjectNode());
    }
    try {
      if (Files.size(file) > MAX_FILE_BYTES
          || !(JSON.readTree(Files.readString(file)) instanceof ObjectNode object)) {
        throw corrupt(file, "is not a JSON object of reasonable size");
      }
      ConfigStore store = new ConfigStore(file, object);
      store.requireValid();
      return store;
    } catch (JsonProcessingException e) {
      throw corrupt(file, "is not JSON (line " + e.getLocation().getLineNr() + ")");
    } catch (IOException e) {
      throw corrupt(file, "cannot be read: " + e.getMessage());
    }
  }

  /** The value of one key, the default if it was never set. */
  public synchronized JsonNode effective(ConfigKey key) {
    JsonNode set = values.at(pointer(key.path()));
    return set.isMissingNode() ? key.defaultValue() : set;
  }

  /** Whether somebody chose the value of a key. */
  public synchronized boolean isSet(ConfigKey key) {
    return !values.at(pointer(key.path())).isMissingNode();
  }

  /** The text of one key; empty for null. */
  public Optional<String> text(ConfigKey key) {
    return Optional.ofNullable(effective(key).textValue());
  }

  /** The time of one key. */
  public Duration time(ConfigKey key) {
    return TimeText.parse(effective(key).asText())
        .orElseThrow(() -> new IllegalArgumentException(key.path() + " is no time"));
  }

  /**
   * What is set at {@code path}, which may be a branch or, if empty, everything; with defaults
   * filled in if {@code effective}.
   */
  public synchronized Optional<JsonNode> get(String path, boolean effective) {
    requireKnown(path);
    JsonNode found = (effective ? withDefaults() : values).at(pointer(path));
    return found.isMissingNode() ? Optional.empty() : Optional.of(found.deepCopy());
  }

  /** Validates, sets and stores a value. Nothing changes on failure. */
  public synchronized void set(String path, JsonNode value) {
    ConfigKey key = leaf(path);
    key.objection(value)
        .ifPresent(why -> {
          throw TaidonException.of(ErrorCode.INVALID_ARGUMENT, path + " " + why + ".")
              .with("path", path);
        });
    ObjectNode changed = values.deepCopy();
    put(changed, path, value);
    write(changed);
    values = changed;
  }

  /** Removes a value; {@code false} if it was not set. */
  public synchronized boolean remove(String path) {
    leaf(path);
    if (values.at(pointer(path)).isMissingNode()) {
      return false;
    }
    ObjectNode changed = values.deepCopy();
    ((ObjectNode) changed.at(pointer(path.substring(0, path.lastIndexOf('.')))))
        .remove(path.substring(path.lastIndexOf('.') + 1));
    write(changed);
    values = changed;
    return true;
  }

  /** The JSON Schema (2020-12) of the file. */
  public static JsonNode schema() {
    ObjectNode root = object("https://json-schema.org/draft/2020-12/schema");
    for (ConfigKey key : ConfigKey.values()) {
      String[] parts = key.path().split("\\.");
      ObjectNode parent = root;
      for (int i = 0; i < parts.length - 1; i++) {
        ObjectNode properties = (ObjectNode) parent.get("properties");
        parent =
            properties.get(parts[i]) instanceof ObjectNode known
                ? known
                : properties.putObject(parts[i]);
        if (!parent.has("properties")) {
          parent.put("type", "object").put("additionalProperties", false).putObject("properties");
        }
      }
      describe(((ObjectNode) parent.get("properties")).putObject(parts[parts.length - 1]), key);
    }
    return root;
  }

  private static ObjectNode object(String schema) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("$schema", schema)
        .put("type", "object")
        .put("additionalProperties", false)
        .putObject("properties");
    return node;
  }

  private static void describe(ObjectNode node, ConfigKey key) {
    node.put("description", key.meaning());
    node.set("default", key.defaultValue());
    switch (key.type()) {
      case ConfigKey.Type.Text() -> node.putArray("type").add("string").add("null");
      case ConfigKey.Type.Port() -> {
        node.putArray("type").add("integer").add("null");
        node.put("minimum", 0).put("maximum", 65_535);
      }
      case ConfigKey.Type.Choice choice -> {
        ArrayNode words = node.putArray("enum");
        choice.words().forEach(words::add);
      }
      case ConfigKey.Type.Bytes() ->
          node.put("minimum", 0).putArray("type").add("integer").add("null");
      case ConfigKey.Type.Fraction() ->
          node.put("type", "number").put("exclusiveMinimum", 0).put("maximum", 1);
      case ConfigKey.Type.Limits() ->
          node.put("type", "object")
              .putObject("additionalProperties")
              .put("type", "integer")
              .put("minimum", 1);
      case ConfigKey.Type.Time _ -> {
        node.putArray("type").add("string").add("integer");
        node.put("pattern", "^(" + TimeText.PATTERN + ")$").put("maximum", 0);
      }
      case ConfigKey.Type.Whole whole ->
          node.put("type", "integer").put("minimum", whole.least()).put("maximum", whole.most());
    }
  }

  private ObjectNode withDefaults() {
    ObjectNode all = values.deepCopy();
    for (ConfigKey key : ConfigKey.values()) {
      put(all, key.path(), effective(key));
    }
    return all;
  }

  private static void put(ObjectNode root, String path, JsonNode value) {
    String[] parts = path.split("\\.");
    ObjectNode node = root;
    for (int i = 0; i < parts.length - 1; i++) {
      node = node.get(parts[i]) instanceof ObjectNode child ? child : node.putObject(parts[i]);
    }
    node.set(parts[parts.length - 1], value);
  }

  private static String pointer(String path) {
    return path.isEmpty() ? "" : "/" + path.replace('.', '/');
  }

  private static ConfigKey leaf(String path) {
    return ConfigKey.of(path).orElseThrow(() -> unknown(path));
  }

  private static void requireKnown(String path) {
    for (ConfigKey key : ConfigKey.values()) {
      if (path.isEmpty() || key.path().equals(path) || key.path().startsWith(path + ".")) {
        return;
      }
    }
    throw unknown(path);
  }

  private void requireValid() {
    Iterator<Map.Entry<String, JsonNode>> leaves = leaves("", values);
    while (leaves.hasNext()) {
      Map.Entry<String, JsonNode> entry = leaves.next();
      Optional<ConfigKey> key = ConfigKey.of(entry.getKey());
      if (key.isEmpty()) {
        continue; // a newer version may have written it; it is kept and has no meaning here
      }
      key.get()
          .objection(entry.getValue())
          .ifPresent(why -> {
            throw corrupt(file, "has a bad value: " + entry.getKey() + " " + why);
          });
    }
  }

  private static Iterator<Map.Entry<String, JsonNode>> leaves(String prefix, ObjectNode node) {
    return node.properties().stream()
        .flatMap(e -> {
          String path = prefix.isEmpty() ? e.getKey() : prefix + "." + e.getKey();
          if (e.getValue() instanceof ObjectNode child) {
            Iterable<Map.Entry<String, JsonNode>> inner = () -> leaves(path, child);
            return java.util.stream.StreamSupport.stream(inner.spliterator(), false);
          }
          return java.util.stream.Stream.of(Map.entry(path, e.getValue()));
        })
        .iterator();
  }

  private void write(ObjectNode content) {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      byte[] bytes =
          JSON.writerWithDefaultPrettyPrinter()
              .writeValueAsString(content)
              .getBytes(StandardCharsets.UTF_8);
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        channel.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw TaidonException.of(
          ErrorCode.STORE_UNUSABLE,
          "The configuration " + file + " cannot be written: " + e.getMessage(),
          e);
    }
  }

  private static TaidonException unknown(String path) {
    return TaidonException.of(
            ErrorCode.INVALID_ARGUMENT, "There is no configuration key '" + path + "'.")
        .remedy("`sqlrs config schema` lists the keys.");
  }

  private static TaidonException corrupt(Path file, String why) {
    return TaidonException.of(
            ErrorCode.CONFIG_CORRUPT, "The configuration " + file + " " + why + ".")
        .with("file", file.toString())
        .remedy("Mend or delete the file.");
  }
}
