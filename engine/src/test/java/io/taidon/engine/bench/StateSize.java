package io.taidon.engine.bench;

import io.taidon.engine.bench.Settings.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The two states that every backend is measured with. */
enum StateSize {
  /** examples/shop: three scripts. */
  SMALL("small", 12),
  /**
   * The same and one script more, which puts 2 GB in 10 000 files beside its relations. The server
   * never opens them; the backend cannot know.
   */
  LARGE("large", 3);

  private static final int FILES = 10_000;
  private static final int FILE_BYTES = 200 * 1024;

  private final String wireName;
  private final int operations;

  StateSize(String wireName, int operations) {
    this.wireName = wireName;
    this.operations = operations;
  }

  String wireName() {
    return wireName;
  }

  /** How often requests are measured; a large copy takes the disk for seconds. */
  int requests(Settings settings, Place place) {
    return switch (this) {
      case SMALL -> settings.rounds(place);
      case LARGE -> place.isCopyOnWrite() ? Math.min(settings.rounds(), 5) : 1;
    };
  }

  /** How often clone, seal and delete are measured. */
  int operations(Settings settings, Place place) {
    return this == LARGE && !place.isCopyOnWrite()
        ? 1
        : Math.min(operations, settings.rounds(place));
  }

  List<String> arguments(Settings settings) {
    List<String> arguments = new ArrayList<>(settings.shopArguments());
    if (this == LARGE) {
      arguments.addAll(List.of("-f", "large.sql"));
    }
    return arguments;
  }

  /** A workspace with the scripts of both, so that the large state stands on the small one. */
  static Path workspace(Settings settings, Path directory) throws IOException {
    Path workspace = Files.createDirectories(directory);
    Path shop = settings.shop();
    try (Stream<Path> scripts = Files.walk(shop)) {
      for (Path script : scripts.filter(Files::isRegularFile).toList()) {
        Path copy = workspace.resolve(shop.relativize(script).toString());
        Files.createDirectories(copy.getParent());
        Files.writeString(copy, Files.readString(script));
      }
    }
    Files.writeString(
        workspace.resolve("large.sql"),
        """
        do $$
        declare
          directory text := current_setting('data_directory') || '/base/'
            || (select oid from pg_database where datname = current_database());
        begin
          for i in 1 .. %d loop
            execute format(
              'copy (select repeat(md5(random()::text), %d)) to %%L', directory || '/bench_' || i);
          end loop;
        end $$;
        """
            .formatted(FILES, FILE_BYTES / 32));
    return workspace;
  }
}
