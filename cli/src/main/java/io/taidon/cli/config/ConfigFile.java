package io.taidon.cli.config;

import io.taidon.cli.CliException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads a YAML configuration file into dotted keys. Loaded only when there is such a file. */
final class ConfigFile {
  private static final int MAX_BYTES = 256 * 1024;
  private static final int MAX_ALIASES = 20;

  private ConfigFile() {}

  /**
   * The values by dotted key, as text.
   *
   * @throws CliException {@code config_corrupt} naming file and line
   */
  static Map<String, String> read(Path file) {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(file.toString())
            .setAllowDuplicateKeys(false)
            .setAllowRecursiveKeys(false)
            .setMaxAliasesForCollections(MAX_ALIASES)
            .setCodePointLimit(MAX_BYTES)
            .build();
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw corrupt(file, "", "is larger than " + MAX_BYTES + " bytes");
      }
      Object document = new Load(settings).loadFromString(Files.readString(file));
      Map<String, String> values = new LinkedHashMap<>();
      if (document instanceof Map<?, ?> map) {
        flatten(file, "", map, values);
      } else if (document != null) {
        throw corrupt(file, "1", "holds no keys");
      }
      return values;
    } catch (MarkedYamlEngineException e) {
      String line = e.getProblemMark().map(Mark::getLine).map(l -> "" + (l + 1)).orElse("");
      throw corrupt(file, line, "is not valid YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      throw corrupt(file, "", "is not valid YAML");
    } catch (IOException e) {
      throw corrupt(file, "", "cannot be read");
    }
  }

  private static void flatten(Path file, String prefix, Map<?, ?> map, Map<String, String> values) {
    map.forEach((key, value) -> {
      String path = prefix + key;
      if (value instanceof Map<?, ?> inner) {
        flatten(file, path + ".", inner, values);
      } else if (value instanceof Iterable<?>) {
        throw corrupt(file, "", "holds a list at " + path + ", where a single value belongs");
      } else if (value != null) {
        values.put(path, String.valueOf(value));
      }
    });
  }

  static CliException corrupt(Path file, String line, String what) {
    String place = line.isEmpty() ? file.toString() : file + ":" + line;
    CliException failure =
        CliException.of("config_corrupt", "The configuration file " + place + " " + what + ".")
            .with("file", file.toString())
            .remedy("Correct it, or write it anew with `sqlrs init --update`.");
    return line.isEmpty() ? failure : failure.with("line", line);
  }
}
