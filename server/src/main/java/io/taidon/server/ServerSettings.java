package io.taidon.server;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.postgres.OsUser;
import io.taidon.engine.store.StoreLayout;
import java.io.File;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server is started with. Each value is a system property {@code taidon.<name>} or, where
 * that is not set, an environment variable {@code TAIDON_<NAME>}.
 *
 * @param store {@code taidon.store}: the store's directory; default {@link StoreLayout#defaultRoot}
 * @param host {@code taidon.host}: the loopback address to listen on; default 127.0.0.1
 * @param port {@code taidon.port}: the TCP port; 0, the default, takes a free one
 * @param runDirectory {@code taidon.run-dir}: where {@code engine.json} goes; default {@code
 *     <store>/run}
 * @param idleTimeout {@code taidon.idle-timeout}: how long an unused server stays, for example
 *     {@code 90s}; default 120 s; 0 stays for ever
 * @param postgresSets {@code taidon.postgres.sets}: directories of PostgreSQL binary sets,
 *     separated as in {@code PATH}
 * @param snapshotBackend {@code taidon.snapshot.backend}: a backend that goes before the configured
 *     one
 * @param psql {@code SQLRS_PSQL} in the environment: the psql to run where none is configured
 */
public record ServerSettings(
    Path store,
    String host,
    int port,
    Path runDirectory,
    Duration idleTimeout,
    List<Path> postgresSets,
    Optional<String> snapshotBackend,
    Optional<Path> psql) {

  private static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofSeconds(120);
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.\\d{1,3}){3}|::1|\\[::1]");
  private static final Pattern AMOUNT = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h)?");

  public ServerSettings {
    postgresSets = List.copyOf(postgresSets);
  }

  /**
   * The settings of this process.
   *
   * @throws TaidonException {@code invalid_argument}, naming the setting
   */
  public static ServerSettings ofProcess() {
    return of(
        name ->
            Optional.ofNullable(System.getProperty(name))
                .or(() -> Optional.ofNullable(System.getenv(environmentName(name))))
                .filter(value -> !value.isBlank()),
        name -> Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank()));
  }

  static ServerSettings of(
      Function<String, Optional<String>> setting, Function<String, Optional<String>> environment) {
    Path store =
        setting
            .apply("taidon.store")
            .map(value -> path("taidon.store", value))
            .orElseGet(() -> defaultStore(environment));
    return new ServerSettings(
        store,
        setting.apply("taidon.host").map(ServerSettings::loopback).orElse("127.0.0.1"),
        setting.apply("taidon.port").map(ServerSettings::tcpPort).orElse(0),
        setting
            .apply("taidon.run-dir")
            .map(value -> path("taidon.run-dir", value))
            .orElseGet(() -> store.resolve("run")),
        setting
            .apply("taidon.idle-timeout")
            .map(ServerSettings::duration)
            .orElse(DEFAULT_IDLE_TIMEOUT),
        setting.apply("taidon.postgres.sets").map(ServerSettings::paths).orElse(List.of()),
        setting.apply("taidon.snapshot.backend"),
        environment.apply("SQLRS_PSQL").map(value -> path("SQLRS_PSQL", value)));
  }

  private static String environmentName(String property) {
    return property.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }

  private static Path defaultStore(Function<String, Optional<String>> environment) {
    Map<String, String> variables = new HashMap<>();
    for (String name : List.of("SQLRS_STATE_STORE", "XDG_STATE_HOME")) {
      environment.apply(name).ifPresent(value -> variables.put(name, value));
    }
    return StoreLayout.defaultRoot(
        variables, Path.of(System.getProperty("user.home")), OsUser.current().isRoot());
  }

  private static String loopback(String value) {
    if (LOOPBACK.matcher(value).matches()) {
      return value.replace("[", "").replace("]", "");
    }
    throw invalid("taidon.host", value, "a loopback address, for example 127.0.0.1");
  }

  private static int tcpPort(String value) {
    try {
      int port = Integer.parseInt(value);
      if (port >= 0 && port <= 65_535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Falls through to the one sentence for both mistakes.
    }
    throw invalid("taidon.port", value, "a TCP port, 0 to 65535");
  }

  private static Duration duration(String value) {
    Matcher amount = AMOUNT.matcher(value.strip().toLowerCase(Locale.ROOT));
    if (amount.matches()) {
      long number = Long.parseLong(amount.group(1));
      return switch (Optional.ofNullable(amount.group(2)).orElse("s")) {
        case "ms" -> Duration.ofMillis(number);
        case "m" -> Duration.ofMinutes(number);
        case "h" -> Duration.ofHours(number);
        default -> Duration.ofSeconds(number);
      };
    }
    try {
      Duration duration = Duration.parse(value.strip());
      if (!duration.isNegative()) {
        return duration;
      }
    } catch (DateTimeParseException e) {
      // Falls through to the one sentence for both mistakes.
    }
    throw invalid("taidon.idle-timeout", value, "a duration, for example 90s, 5m or PT2M");
  }

  private static List<Path> paths(String value) {
    return Arrays.stream(value.split(Pattern.quote(File.pathSeparator), -1))
        .filter(part -> !part.isBlank())
        .map(part -> path("taidon.postgres.sets", part))
        .toList();
  }

  private static Path path(String name, String value) {
    try {
      return Path.of(value).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw invalid(name, value, "a path");
    }
  }

  private static TaidonException invalid(String name, String value, String expected) {
    return TaidonException.of(
            ErrorCode.INVALID_ARGUMENT,
            name + " is \"" + value + "\" but must be " + expected + ".")
        .with("setting", name);
  }
}
