package io.taidon.engine.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The closed set of configuration keys, with type, bounds, default and meaning. */
public enum ConfigKey {
  SNAPSHOT_BACKEND(
      "snapshot.backend",
      new Type.Choice(List.of("auto", "btrfs", "zfs", "reflink", "overlay", "copy")),
      text("auto"),
      "How states are cloned; read when the server starts."),
  DBMS_VERSION(
      "dbms.version",
      new Type.Whole(14, 99),
      JsonNodeFactory.instance.numberNode(17),
      "PostgreSQL major version of requests that name none."),
  DBMS_HOME(
      "dbms.home",
      new Type.Text(),
      none(),
      "PostgreSQL installation of requests that name none; null looks for one."),
  DBMS_USER(
      "dbms.user",
      new Type.Text(),
      none(),
      "Account that PostgreSQL runs as when the engine runs as root; null takes postgres, else nobody."),
  PSQL_PATH("psql.path", new Type.Text(), none(), "The psql to run; null looks for one."),
  PGBENCH_PATH("pgbench.path", new Type.Text(), none(), "The pgbench to run; null looks for one."),
  SCRIPT_BYTES(
      "limits.scriptBytes",
      new Type.Whole(1, Long.MAX_VALUE),
      JsonNodeFactory.instance.numberNode(1L << 30),
      "How large all files of one prepare may be together, in bytes."),
  IDENTICAL_JOBS(
      "orchestrator.jobs.maxIdentical",
      new Type.Whole(0, 10_000),
      JsonNodeFactory.instance.numberNode(2),
      "How many finished jobs of the same request are kept; 0 keeps all."),
  GATEWAY_PORT(
      "gateway.port",
      new Type.Port(),
      none(),
      "TCP port of the gateway on 127.0.0.1; null takes a free one once and keeps it, 0 opens none; read when the server starts."),
  GATEWAY_TLS_CERTIFICATE(
      "gateway.tls.certificate",
      new Type.Text(),
      none(),
      "Certificate chain (PEM) that lets clients use TLS at the gateway; read when the server starts."),
  GATEWAY_TLS_KEY(
      "gateway.tls.key",
      new Type.Text(),
      none(),
      "Private key (PEM, PKCS #8) of gateway.tls.certificate; read when the server starts."),
  START_TIMEOUT(
      "dbms.startTimeoutSeconds",
      new Type.Whole(1, 3600),
      JsonNodeFactory.instance.numberNode(60),
      "How long a PostgreSQL server may take to start, in seconds.");

  private final String path;
  private final Type type;
  private final JsonNode defaultValue;
  private final String meaning;

  ConfigKey(String path, Type type, JsonNode defaultValue, String meaning) {
    this.path = path;
    this.type = type;
    this.defaultValue = defaultValue;
    this.meaning = meaning;
  }

  /** What a value may be. */
  public sealed interface Type {
    /** Any text, or null for none. */
    record Text() implements Type {}

    /** One of these words. */
    record Choice(List<String> words) implements Type {}

    /** A TCP port, 0 for none, or null. */
    record Port() implements Type {}

    /** A whole number within bounds, both included. */
    record Whole(long least, long most) implements Type {}
  }

  /** The key with dots, for example {@code dbms.version}. */
  public String path() {
    return path;
  }

  public Type type() {
    return type;
  }

  public JsonNode defaultValue() {
    return defaultValue;
  }

  /** What the value does, in one sentence. */
  public String meaning() {
    return meaning;
  }

  public static Optional<ConfigKey> of(String path) {
    return Arrays.stream(values()).filter(k -> k.path.equals(path)).findFirst();
  }

  /** Why {@code value} is not allowed here; empty if it is. */
  Optional<String> objection(JsonNode value) {
    return switch (type) {
      case Type.Text() ->
          value.isTextual() || value.isNull()
              ? Optional.empty()
              : Optional.of("must be text or null");
      case Type.Port() ->
          value.isNull() || isWhole(value, 0, 65_535)
              ? Optional.empty()
              : Optional.of("must be a TCP port, 0 to 65535, or null");
      case Type.Choice(List<String> words) ->
          value.isTextual() && words.contains(value.textValue())
              ? Optional.empty()
              : Optional.of("must be one of " + String.join(", ", words));
      case Type.Whole(long least, long most) ->
          isWhole(value, least, most)
              ? Optional.empty()
              : Optional.of("must be a whole number between " + least + " and " + most);
    };
  }

  private static boolean isWhole(JsonNode value, long least, long most) {
    return value.isIntegralNumber()
        && value.canConvertToLong()
        && value.longValue() >= least
        && value.longValue() <= most;
  }

  private static JsonNode text(String value) {
    return JsonNodeFactory.instance.textNode(value);
  }

  private static JsonNode none() {
    return JsonNodeFactory.instance.nullNode();
  }
}
