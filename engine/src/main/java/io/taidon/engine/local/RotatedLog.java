package io.taidon.engine.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/**
 * A log that another process appends to: {@code x.log}, and older ones {@code x.log.1}, {@code
 * x.log.2} and so on. The writer keeps its open file, so the file is copied and then emptied; lines
 * that are written in between are lost, which is better than a full disk.
 *
 * @param log the file that is written to, opened for appending
 * @param older how many older ones are kept
 */
record RotatedLog(Path log, int older) {
  /** Further numbers are not looked for. */
  private static final int HIGHEST = 100;

  /** Begins anew where the log is larger than it may be. */
  void limit(long mostBytes) throws IOException {
    if (!Files.isRegularFile(log, LinkOption.NOFOLLOW_LINKS) || Files.size(log) <= mostBytes) {
      return;
    }
    for (int number = older; number > 1; number--) {
      if (Files.exists(numbered(number - 1))) {
        Files.move(numbered(number - 1), numbered(number), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Files.copy(
        log, numbered(1), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
      channel.truncate(0);
    }
  }

  /** Deletes older ones that are too many, or were last written before a time. */
  void retire(Instant writtenBefore) throws IOException {
    for (int number = 1; number <= HIGHEST; number++) {
      Path old = numbered(number);
      boolean there = Files.isRegularFile(old, LinkOption.NOFOLLOW_LINKS);
      if (there
          && (number > older
              || Files.getLastModifiedTime(old).toInstant().isBefore(writtenBefore))) {
        Files.deleteIfExists(old);
      }
    }
  }

  private Path numbered(int number) {
    return log.resolveSibling(log.getFileName() + "." + number);
  }
}
