package io.taidon.cli.server;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where the store is; the server decides by the same rule. */
public final class StoreLocation {
  private StoreLocation() {}

  /** {@code --store}, else {@code SQLRS_STATE_STORE}, else the configuration, else the default. */
  public static Path find(
      Optional<Path> option, Optional<Path> configured, Map<String, String> environment, Path cwd) {
    if (option.isPresent()) {
      return cwd.resolve(option.get()).normalize();
    }
    String variable = environment.getOrDefault("SQLRS_STATE_STORE", "");
    if (!variable.isEmpty()) {
      return cwd.resolve(variable).normalize();
    }
    return configured.orElseGet(() -> defaultFor(environment, cwd));
  }

  /** Root's default is outside /root, which the database's user cannot enter. */
  private static Path defaultFor(Map<String, String> environment, Path cwd) {
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    if (!state.isEmpty()) {
      return cwd.resolve(state).resolve("sqlrs").normalize();
    }
    return "root".equals(System.getProperty("user.name"))
        ? Path.of("/var/lib/sqlrs")
        : Path.of(
            environment.getOrDefault("HOME", System.getProperty("user.home")),
            ".local/state/sqlrs");
  }
}
