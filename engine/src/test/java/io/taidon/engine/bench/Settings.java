package io.taidon.engine.bench;

import io.taidon.engine.snapshot.BackendKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What {@code scripts/bench} found and was asked for.
 *
 * @param root the repository
 * @param places one per backend, also those that cannot be measured here
 * @param parts which parts are run
 * @param rounds how often single requests are measured
 * @param bursts how often many at once are measured
 */
record Settings(Path root, List<Place> places, Set<Part> parts, int rounds, int bursts) {

  /** A part of the benchmarks that can be run alone. */
  enum Part {
    BACKENDS,
    PROCESS,
    CHANGED,
    COLD,
    CHANGELOGS
  }

  private static final String SKIPPED = "skipped:";

  /**
   * A directory on a file system with one backend.
   *
   * @param skipped why there is none, empty if there is one
   */
  record Place(BackendKind backend, Path directory, Optional<String> skipped) {

    /** Reads {@code btrfs=/directory} or {@code btrfs=skipped:why}. */
    static Place parse(String argument) {
      int equals = argument.indexOf('=');
      BackendKind kind =
          BackendKind.valueOf(argument.substring(0, equals).toUpperCase(Locale.ROOT));
      String value = argument.substring(equals + 1);
      return value.startsWith(SKIPPED)
          ? new Place(kind, Path.of("/"), Optional.of(value.substring(SKIPPED.length())))
          : new Place(kind, Path.of(value), Optional.empty());
    }

    String backendName() {
      return backend.wireName();
    }

    /** Whether a clone shares the blocks of its state. */
    boolean isCopyOnWrite() {
      return backend != BackendKind.COPY;
    }

    String describe() {
      return switch (backend) {
        case BTRFS -> "btrfs (loop-mounted)";
        case ZFS -> "zfs (pool on a file)";
        case REFLINK -> "reflink (loop-mounted XFS)";
        case OVERLAY -> "overlay (plain directory)";
        case COPY -> "copy (plain directory)";
      };
    }
  }

  static Settings of(String[] arguments) {
    List<Place> places = new ArrayList<>();
    for (String argument : arguments) {
      places.add(Place.parse(argument));
    }
    return new Settings(
        Path.of(System.getProperty("taidon.root", ".")).toAbsolutePath(),
        places,
        wantedParts(),
        number("ROUNDS", 24),
        number("BURSTS", 3));
  }

  boolean wants(Part part) {
    return parts.contains(part);
  }

  /** {@code BENCH_ONLY} names parts, with commas between them. */
  private static Set<Part> wantedParts() {
    String only = System.getenv("BENCH_ONLY");
    if (only == null || only.isBlank()) {
      return EnumSet.allOf(Part.class);
    }
    return Arrays.stream(only.split(","))
        .map(name -> Part.valueOf(name.strip().toUpperCase(Locale.ROOT)))
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Part.class)));
  }

  /** A copy takes the whole disk for a second, so there it is done less often. */
  int rounds(Place place) {
    return place.isCopyOnWrite() ? rounds : Math.max(rounds / 4, 1);
  }

  /** The places that can be measured, cheapest clones first. */
  List<Place> measurable() {
    return places.stream().filter(p -> p.skipped().isEmpty()).toList();
  }

  Path shop() {
    return root.resolve("examples/shop");
  }

  List<String> shopArguments() {
    return List.of("-v", "orders=1000", "-f", "schema.sql", "-f", "data.sql", "-f", "views.sql");
  }

  /** Test data that is not part of the repository. */
  static Optional<Path> testData() {
    return Optional.ofNullable(System.getenv("TAIDON_TEST_DATA")).map(Path::of);
  }

  private static int number(String variable, int otherwise) {
    String value = System.getenv(variable);
    return value == null || value.isBlank() ? otherwise : Integer.parseInt(value.strip());
  }
}
