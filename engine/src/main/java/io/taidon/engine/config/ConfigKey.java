package io.taidon.engine.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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
      "Account that PostgreSQL runs as when the engine runs as root; null takes postgres, else"
          + " nobody."),
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
  JOBS_MOST(
      "orchestrator.jobs.maxCount",
      new Type.Whole(0, 1_000_000),
      JsonNodeFactory.instance.numberNode(1_000),
      "How many finished jobs are kept in all; 0 keeps all."),
  JOBS_AGE(
      "orchestrator.jobs.maxAge",
      Type.Time.ANY,
      text("30d"),
      "How long finished jobs are kept; 0 for ever."),
  JOBS_BYTES(
      "orchestrator.jobs.maxBytes",
      new Type.Whole(0, Long.MAX_VALUE),
      JsonNodeFactory.instance.numberNode(256L << 20),
      "How many bytes finished jobs may take with their events; 0 is no bound."),
  INSTANCE_TTL(
      "instances.ttl",
      Type.Time.ANY,
      text("24h"),
      "How long an instance lives that no name leads to; 0 as long as instances.maxTtl allows."),
  INSTANCE_NAMED_TTL(
      "instances.namedTtl",
      Type.Time.ANY,
      text("30d"),
      "How long an instance that a name leads to lives after its last use; 0 as long as"
          + " instances.maxTtl allows."),
  INSTANCE_MAX_TTL(
      "instances.maxTtl",
      Type.Time.ANY,
      text("90d"),
      "The longest time that an instance can be given at once; 0 is no bound."),
  INSTANCE_IDLE_TIMEOUT(
      "instances.idleTimeout",
      Type.Time.ANY,
      text("15m"),
      "After how long without a session an instance is stopped; 0 never."),
  INSTANCE_MAX_IDLE_TIMEOUT(
      "instances.maxIdleTimeout",
      Type.Time.ANY,
      text("0"),
      "The longest idle timeout that an instance can be given; 0 is no bound."),
  INSTANCE_SESSION_IDLE_TIMEOUT(
      "instances.sessionIdleTimeout",
      Type.Time.ANY,
      text("1h"),
      "How long open sessions that ask for nothing keep an instance awake; 0 for ever."),
  INSTANCE_LOG_BYTES(
      "instances.maxLogBytes",
      new Type.Whole(1 << 16, Long.MAX_VALUE),
      JsonNodeFactory.instance.numberNode(16L << 20),
      "How large the log of an instance's server may become before its older half is dropped, in"
          + " bytes."),
  SERVER_LOG_BYTES(
      "log.maxBytes",
      new Type.Whole(1 << 16, Long.MAX_VALUE),
      JsonNodeFactory.instance.numberNode(8L << 20),
      "How large the server's log may become before it begins anew, in bytes."),
  SERVER_LOG_FILES(
      "log.maxFiles",
      new Type.Whole(1, 100),
      JsonNodeFactory.instance.numberNode(4),
      "How many older logs of the server are kept."),
  SERVER_LOG_AGE(
      "log.maxAge",
      Type.Time.ANY,
      text("30d"),
      "How long older logs of the server are kept; 0 for ever."),
  GATEWAY_PORT(
      "gateway.port",
      new Type.Port(),
      none(),
      "TCP port of the gateway on 127.0.0.1; null takes a free one once and keeps it, 0 opens none;"
          + " read when the server starts."),
  GATEWAY_TLS_CERTIFICATE(
      "gateway.tls.certificate",
      new Type.Text(),
      none(),
      "Certificate chain (PEM) that lets clients use TLS at the gateway; read when the server"
          + " starts."),
  GATEWAY_TLS_KEY(
      "gateway.tls.key",
      new Type.Text(),
      none(),
      "Private key (PEM, PKCS #8) of gateway.tls.certificate; read when the server starts."),
  CACHE_MAX_BYTES(
      "cache.capacity.maxBytes",
      new Type.Whole(0, Long.MAX_VALUE),
      JsonNodeFactory.instance.numberNode(0),
      "What all states together may take, in bytes; 0 leaves them what the reserve leaves of the"
          + " file system."),
  CACHE_RESERVE_BYTES(
      "cache.capacity.reserveBytes",
      new Type.Bytes(),
      none(),
      "What stays free on the store's file system, in bytes; null aims at a tenth, at most 10 GiB,"
          + " and refuses work only at a fiftieth, at most 256 MiB."),
  CACHE_HIGH_WATERMARK(
      "cache.capacity.highWatermark",
      new Type.Fraction(),
      JsonNodeFactory.instance.numberNode(0.90),
      "The share of the limit above which states are evicted."),
  CACHE_LOW_WATERMARK(
      "cache.capacity.lowWatermark",
      new Type.Fraction(),
      JsonNodeFactory.instance.numberNode(0.80),
      "The share of the limit down to which states are evicted; at most the high watermark"
          + " counts."),
  CACHE_MIN_STATE_AGE(
      "cache.capacity.minStateAge",
      Type.Time.ANY,
      text("10m"),
      "States younger than this are not evicted; the default bends before a job fails, a value that"
          + " was set does not."),
  CACHE_STATE_TTL(
      "cache.capacity.stateTtl",
      Type.Time.ANY,
      text("30d"),
      "States that were not used for so long are evicted; 0s keeps them."),
  CACHE_POLICY(
      "cache.policy",
      new Type.Choice(List.of("cost", "lru")),
      text("cost"),
      "Which states go first: what is cheapest to lose, or what was not used for longest."),
  CACHE_WORKSPACE_MAX_BYTES(
      "cache.workspace.maxBytes",
      new Type.Whole(0, Long.MAX_VALUE),
      JsonNodeFactory.instance.numberNode(0),
      "What the states of one workspace may take, in bytes; 0 sets no limit."),
  CACHE_WORKSPACE_LIMITS(
      "cache.workspace.limits",
      new Type.Limits(),
      JsonNodeFactory.instance.objectNode(),
      "The same for single workspaces: an object of absolute paths and bytes."),
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

    /** A number of bytes, or null. */
    record Bytes() implements Type {}

    /** A share: above 0, at most 1. */
    record Fraction() implements Type {}

    /** An object of absolute paths and bytes. */
    record Limits() implements Type {}

    /** A time such as {@code 15m}, within bounds, both included. */
    record Time(Duration least, Duration most) implements Type {
      static final Time ANY = new Time(Duration.ZERO, Duration.ofDays(36_500));
    }

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
      case Type.Bytes() ->
          value.isNull() || isWhole(value, 0, Long.MAX_VALUE)
              ? Optional.empty()
              : Optional.of("must be a number of bytes or null");
      case Type.Fraction() ->
          value.isNumber() && value.doubleValue() > 0 && value.doubleValue() <= 1
              ? Optional.empty()
              : Optional.of("must be a number above 0 and at most 1");
      case Type.Limits() ->
          value.isObject() && value.properties().stream().allMatch(ConfigKey::isLimit)
              ? Optional.empty()
              : Optional.of("must be an object of absolute paths and numbers of bytes");
      case Type.Time(Duration least, Duration most) ->
          isTime(value, least, most)
              ? Optional.empty()
              : Optional.of(
                  "must be a time such as 90s, 15m, 24h or 30d"
                      + (least.isZero() ? ", or 0," : " of at least " + least.toMillis() + "ms")
                      + " and at most "
                      + most.toDays()
                      + "d");
      case Type.Whole(long least, long most) ->
          isWhole(value, least, most)
              ? Optional.empty()
              : Optional.of("must be a whole number between " + least + " and " + most);
    };
  }

  private static boolean isLimit(Map.Entry<String, JsonNode> entry) {
    return entry.getKey().startsWith("/") && isWhole(entry.getValue(), 1, Long.MAX_VALUE);
  }

  private static boolean isTime(JsonNode value, Duration least, Duration most) {
    return (value.isTextual() || value.isIntegralNumber())
        && TimeText.parse(value.asText())
            .filter(time -> time.compareTo(least) >= 0 && time.compareTo(most) <= 0)
            .isPresent();
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
