package io.taidon.e2e.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Files that scenarios prepare, by their path. */
public final class Workspaces {
  private Workspaces() {}

  /** An example of this tree. */
  public static Map<String, byte[]> example(String name) {
    Path directory = Path.of(System.getProperty("taidon.root", "."), "examples", name);
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(directory.relativize(file).toString(), Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  /**
   * The Chinook database with two small scripts after it; nothing if {@code TAIDON_TEST_DATA} names
   * no directory with it.
   */
  public static Optional<Map<String, byte[]>> chinook() {
    return Optional.ofNullable(System.getenv("TAIDON_TEST_DATA"))
        .map(data -> Path.of(data, "chinook", "Chinook_PostgreSql.sql"))
        .filter(Files::isReadable)
        .map(dump -> {
          try {
            return files(
                Map.of(
                    "chinook.sql",
                    Files.readString(dump),
                    "views.sql",
                    """
                    \\c chinook
                    CREATE VIEW long_track AS SELECT * FROM track WHERE milliseconds > 600000;
                    """,
                    "extra.sql",
                    """
                    \\c chinook
                    CREATE TABLE note (id int PRIMARY KEY, body text);
                    INSERT INTO note VALUES (1, 'first');
                    """));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** Text files. */
  public static Map<String, byte[]> files(Map<String, String> texts) {
    return texts.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                file -> file.getValue().getBytes(StandardCharsets.UTF_8),
                (one, _) -> one,
                TreeMap::new));
  }
}
