package io.taidon.engine.volume;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What is mounted, as this process sees it: {@code /proc/self/mountinfo}, see proc(5). */
final class MountTable {
  private static final Path TABLE = Path.of("/proc/self/mountinfo");
  private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");

  private MountTable() {}

  /** One mount: where, which type, and from what. */
  record Mount(Path target, String type, String source) {
    /** The image behind a loop device, or the device itself. */
    Path origin() {
      String device = source.substring(source.lastIndexOf('/') + 1);
      Path backing = Path.of("/sys/block").resolve(device).resolve("loop/backing_file");
      try {
        return Path.of(Files.readString(backing).strip());
      } catch (IOException e) {
        return Path.of(source);
      }
    }
  }

  /** What is mounted at this directory; the topmost if there are several. */
  static Optional<Mount> at(Path directory) {
    Path real = real(directory);
    return mounts().stream().filter(m -> m.target().equals(real)).reduce((_, last) -> last);
  }

  /** Where a device is mounted. */
  static Optional<Mount> of(Path device) {
    Path real = real(device);
    return mounts().stream().filter(m -> m.source().equals(real.toString())).findFirst();
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path;
    }
  }

  private static List<Mount> mounts() {
    try {
      return Files.readAllLines(TABLE).stream().map(MountTable::mount).toList();
    } catch (IOException e) {
      throw TaidonException.of(
          ErrorCode.STORE_UNUSABLE, "It cannot be seen what is mounted: " + e.getMessage() + ".");
    }
  }

  /** Field 5 is the mount point; after a lone hyphen come type and source. */
  private static Mount mount(String line) {
    String[] fields = line.split(" ", -1);
    int hyphen = List.of(fields).indexOf("-");
    return new Mount(
        Path.of(unescaped(fields[4])), fields[hyphen + 1], unescaped(fields[hyphen + 2]));
  }

  private static String unescaped(String text) {
    return OCTAL
        .matcher(text)
        .replaceAll(m ->
            java.util.regex.Matcher.quoteReplacement(
                String.valueOf((char) Integer.parseInt(m.group(1), 8))));
  }
}
