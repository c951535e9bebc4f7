package io.taidon.cli.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes a configuration file with every key in it: those without a value as comments. */
public final class ConfigTemplate {
  private static final Map<String, String> MEANINGS = meanings();

  private ConfigTemplate() {}

  private static Map<String, String> meanings() {
    Map<String, String> meanings = new LinkedHashMap<>();
    meanings.put("client.timeout", "how long to wait for an answer of the server");
    meanings.put("client.output", "human or json");
    meanings.put("orchestrator.startupTimeout", "how long the server may take to start");
    meanings.put("orchestrator.idleTimeout", "after how long an idle server ends");
    meanings.put("engine.storePath", "where states and instances are kept");
    meanings.put("dbms.version", "major version of PostgreSQL, for example 17");
    meanings.put("dbms.home", "a PostgreSQL installation to use");
    meanings.put("snapshot.backend", "auto, btrfs, zfs, reflink, overlay or copy");
    return meanings;
  }

  /** Replaces the file at once, or leaves it as it is. */
  public static void write(Path file, Map<String, String> values) throws IOException {
    Path temporary = Files.createTempFile(file.toAbsolutePath().getParent(), "config", ".tmp");
    try {
      Files.writeString(temporary, text(values));
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  static String text(Map<String, String> values) {
    StringBuilder text = new StringBuilder("# Configuration of sqlrs for this workspace.\n");
    String section = "";
    for (Map.Entry<String, String> key : Config.KEYS.entrySet()) {
      String path = key.getKey();
      int dot = path.indexOf('.');
      if (!section.equals(path.substring(0, dot))) {
        section = path.substring(0, dot);
        String prefix = section + ".";
        boolean isUsed = values.keySet().stream().anyMatch(name -> name.startsWith(prefix));
        text.append(isUsed ? "\n" : "\n# ").append(section).append(":\n");
      }
      String value = values.getOrDefault(path, "");
      text.append(value.isEmpty() ? "#   " : "  ").append(path.substring(dot + 1)).append(": ");
      text.append(value.isEmpty() ? key.getValue() : quoted(value));
      text.append("  # ").append(MEANINGS.getOrDefault(path, "")).append('\n');
    }
    return text.toString();
  }

  private static String quoted(String value) {
    return value.matches("[A-Za-z0-9_./-]+") ? value : "'" + value.replace("'", "''") + "'";
  }
}
