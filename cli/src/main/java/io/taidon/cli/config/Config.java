package io.taidon.cli.config;

import io.taidon.cli.CliException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The client's configuration: defaults, then {@code $XDG_CONFIG_HOME/sqlrs/config.yaml}, then the
 * workspace's file; a later value wins.
 *
 * @param values the values that were set, by dotted key
 * @param origins the file that each came from
 * @param warnings what is odd in the files, a sentence each
 */
public record Config(Map<String, String> values, Map<String, Path> origins, List<String> warnings) {
  /** Every key, with its default; an empty default is no value. */
  public static final Map<String, String> KEYS = keys();

  private static Map<String, String> keys() {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("client.timeout", "30s");
    keys.put("client.output", "human");
    keys.put("orchestrator.startupTimeout", "15s");
    keys.put("orchestrator.idleTimeout", "120s");
    keys.put("engine.storePath", "");
    keys.put("dbms.version", "");
    keys.put("dbms.home", "");
    keys.put("snapshot.backend", "auto");
    return keys;
  }

  /** Reads the files that exist. */
  public static Config load(Workspace workspace, Map<String, String> environment) {
    Config config = new Config(new LinkedHashMap<>(), new LinkedHashMap<>(), new ArrayList<>());
    globalFile(environment).ifPresent(config::add);
    config.add(workspace.configFile());
    return config;
  }

  /** One file alone. */
  public static Config ofFile(Path file) {
    Config config = new Config(new LinkedHashMap<>(), new LinkedHashMap<>(), new ArrayList<>());
    config.add(file);
    return config;
  }

  private static Optional<Path> globalFile(Map<String, String> environment) {
    String xdg = environment.getOrDefault("XDG_CONFIG_HOME", "");
    if (!xdg.isEmpty()) {
      return Optional.of(Path.of(xdg, "sqlrs", "config.yaml"));
    }
    String home = environment.getOrDefault("HOME", "");
    return home.isEmpty()
        ? Optional.empty()
        : Optional.of(Path.of(home, ".config", "sqlrs", "config.yaml"));
  }

  private void add(Path file) {
    if (!Files.exists(file)) {
      return;
    }
    ConfigFile.read(file)
        .forEach((key, value) -> {
          if (KEYS.containsKey(key)) {
            values.put(key, value);
            origins.put(key, file);
          } else {
            warnings.add(file + ": unknown key " + key + " is ignored");
          }
        });
  }

  /** The value, or the default where there is one. */
  public Optional<String> get(String key) {
    String value = values.getOrDefault(key, KEYS.getOrDefault(key, ""));
    return value.isEmpty() ? Optional.empty() : Optional.of(value);
  }

  public Duration duration(String key) {
    String value = get(key).orElse("");
    return Durations.parse(value)
        .orElseThrow(() -> invalid(key, value, "a duration such as 500ms, 15s or 2m"));
  }

  /** A path; a relative one starts at the workspace or directory that holds the file's folder. */
  public Optional<Path> path(String key) {
    Optional<String> value = get(key);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    Path origin = origins.get(key);
    Path folder = origin == null ? null : origin.toAbsolutePath().getParent();
    Path base = folder == null ? null : folder.getParent();
    Path path = Path.of(value.get());
    return Optional.of(base == null ? path.toAbsolutePath() : base.resolve(path).normalize());
  }

  public CliException invalid(String key, String value, String wanted) {
    Path origin = origins.get(key);
    return ConfigFile.corrupt(
        origin == null ? Path.of("(defaults)") : origin,
        "",
        "has '" + value + "' at " + key + ", where " + wanted + " belongs");
  }
}
