package io.taidon.engine.snapshot.zfs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A ZFS dataset and where it is mounted, as {@code /proc/self/mountinfo} tells it (proc(5)): the
 * kernel's own table, which needs no command and holds for ZFS in the kernel and in FUSE alike.
 */
record DatasetMount(String dataset, Path mountPoint) {
  private static final Path TABLE = Path.of("/proc/self/mountinfo");
  private static final List<String> TYPES = List.of("zfs", "fuse.zfs");

  /** One line of the table. */
  private record Line(Path mountPoint, boolean whole, String type, String source) {
    boolean isDataset() {
      return whole && TYPES.contains(type);
    }

    DatasetMount dataset() {
      return new DatasetMount(source, mountPoint);
    }
  }

  /** The dataset whose files a path is among; empty when that is another file system. */
  static Optional<DatasetMount> holding(Path real) throws IOException {
    Optional<Line> nearest = Optional.empty();
    for (Line line : table()) {
      // Of mounts on one directory, the last one is seen.
      if (real.startsWith(line.mountPoint())
          && nearest
              .map(n -> line.mountPoint().getNameCount() >= n.mountPoint().getNameCount())
              .orElse(true)) {
        nearest = Optional.of(line);
      }
    }
    return nearest.filter(Line::isDataset).map(Line::dataset);
  }

  /** The dataset that is mounted exactly there. */
  static Optional<DatasetMount> at(Path real) throws IOException {
    return holding(real).filter(mount -> mount.mountPoint().equals(real));
  }

  /** The datasets mounted there and below, inner ones first. */
  static List<DatasetMount> within(Path real) throws IOException {
    return table().reversed().stream()
        .filter(line -> line.isDataset() && line.mountPoint().startsWith(real))
        .map(Line::dataset)
        .toList();
  }

  private static List<Line> table() throws IOException {
    if (!Files.exists(TABLE)) {
      return List.of(); // no Linux
    }
    List<Line> lines = new ArrayList<>();
    String text = new String(Files.readAllBytes(TABLE), StandardCharsets.UTF_8);
    text.lines().forEach(line -> parse(line).ifPresent(lines::add));
    return lines;
  }

  private static Optional<Line> parse(String text) {
    String[] halves = text.split(" - ", 2);
    String[] place = halves[0].split(" ");
    String[] what = halves[1].split(" ");
    try {
      return Optional.of(
          new Line(
              Path.of(unescaped(place[4])), place[3].equals("/"), what[0], unescaped(what[1])));
    } catch (InvalidPathException e) {
      return Optional.empty(); // a name that this locale cannot express is no store of ours
    }
  }

  /** The kernel writes space, tab, newline and backslash as three octal digits. */
  private static String unescaped(String text) {
    return text.replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
  }
}
