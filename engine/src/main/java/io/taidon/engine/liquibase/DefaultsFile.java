package io.taidon.engine.liquibase;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A {@code liquibase.properties}: what it says about the changelog is taken, what it says about the
 * connection is not, because such files usually name somebody's database.
 */
record DefaultsFile(
    Optional<String> changelogFile,
    List<String> searchPath,
    Optional<String> contexts,
    Optional<String> labels,
    SortedMap<String, String> parameters,
    List<String> ignored) {
  private static final long MAX_BYTES = 1 << 20;
  private static final String PARAMETER = "parameter.";
  private static final String PREFIX = "liquibase.";

  static DefaultsFile empty() {
    return new DefaultsFile(
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        new TreeMap<>(),
        List.of());
  }

  /**
   * @param name how the user calls the file
   */
  static DefaultsFile read(Path file, String name) {
    Properties properties = new Properties();
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw TaidonException.of(
            ErrorCode.SCRIPT_TOO_LARGE, name + " holds more than " + MAX_BYTES + " bytes.");
      }
      properties.load(new StringReader(Files.readString(file, StandardCharsets.UTF_8)));
    } catch (IOException | IllegalArgumentException e) {
      throw TaidonException.of(
              ErrorCode.FILE_UNREADABLE, name + " is not a readable properties file.", e)
          .with("file", name);
    }
    return of(properties);
  }

  private static DefaultsFile of(Properties properties) {
    Optional<String> changelog = Optional.empty();
    Optional<String> contexts = Optional.empty();
    Optional<String> labels = Optional.empty();
    List<String> searchPath = List.of();
    SortedMap<String, String> parameters = new TreeMap<>();
    List<String> ignored = new ArrayList<>();
    for (String key : properties.stringPropertyNames().stream().sorted().toList()) {
      String value = properties.getProperty(key).strip();
      String name = key.startsWith(PREFIX) ? key.substring(PREFIX.length()) : key;
      if (name.startsWith(PARAMETER)) {
        parameters.put(name.substring(PARAMETER.length()), value);
        continue;
      }
      if (value.isEmpty()) {
        continue;
      }
      switch (LiquibaseArguments.plain(name).replace("command.", "")) {
        case "changelogfile" -> changelog = Optional.of(value);
        case "searchpath" -> searchPath = LiquibaseArguments.list(value);
        case "contexts", "contextfilter" -> contexts = Optional.of(value);
        case "labels", "labelfilter" -> labels = Optional.of(value);
        default -> ignored.add(key);
      }
    }
    return new DefaultsFile(changelog, searchPath, contexts, labels, parameters, ignored);
  }
}
