package io.taidon.engine.snapshot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A directory with everything that a cluster, or its enemy, may put there. */
final class ClusterTree {
  /** The user {@code nobody} of most systems; owns the tree when tests run as root. */
  static final int OTHER_USER = 65534;

  static final boolean ROOT = "root".equals(System.getProperty("user.name"));
  private static final FileTime OLD = FileTime.from(Instant.parse("2020-02-02T02:02:02.020202Z"));

  private ClusterTree() {}

  static void fill(Path top) throws IOException {
    Files.writeString(top.resolve("PG_VERSION"), "17\n");
    for (String database : List.of("base/1", "base/5", "global", "pg_wal")) {
      Path directory = Files.createDirectories(top.resolve(database));
      for (int i = 0; i < 70; i++) {
        Files.writeString(directory.resolve(Integer.toString(1000 + i)), "x".repeat(i * 700));
      }
    }
    Files.createDirectory(top.resolve("pg_empty"));
    Files.createFile(top.resolve("empty"));
    writeSparse(top.resolve("sparse"));
    Files.createDirectory(top.resolve("pg_tblspc"));
    Files.createSymbolicLink(top.resolve("pg_tblspc/16384"), Path.of("/nowhere/tablespace"));
    Files.writeString(top.resolve("odd \u00fc name"), "odd");
    setMode(top.resolve("base"), "rwxr-x---");
    setMode(top.resolve("PG_VERSION"), "r--------");
    setMode(top.resolve("empty"), "rw-rw-rw-");
    giveAway(top);
    try (Stream<Path> all = Files.walk(top)) {
      for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        if (!Files.isSymbolicLink(path)) {
          Files.setLastModifiedTime(path, OLD);
        }
      }
    }
  }

  /** Three megabytes of which 8 KiB are written. */
  private static void writeSparse(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 1_000_000);
      channel.write(ByteBuffer.wrap(new byte[] {4}), 3_000_000 - 1);
    }
  }

  private static void giveAway(Path top) throws IOException {
    if (!ROOT) {
      return;
    }
    try (Stream<Path> all = Files.walk(top)) {
      for (Path path : all.toList()) {
        Files.setAttribute(path, "unix:uid", OTHER_USER, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", OTHER_USER, LinkOption.NOFOLLOW_LINKS);
      }
    }
  }

  private static void setMode(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  /** One line per file: path, type, mode, owner, time and content. Links are told, not followed. */
  static List<String> describe(Path top) {
    try (Stream<Path> all = Files.walk(top)) {
      List<String> lines = new ArrayList<>();
      for (Path path : all.sorted().toList()) {
        lines.add(top.relativize(path) + " " + describeOne(path));
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String describeOne(Path path) throws IOException {
    Map<String, Object> unix =
        Files.readAttributes(path, "unix:mode,uid,gid", LinkOption.NOFOLLOW_LINKS);
    String owner =
        Integer.toOctalString((int) unix.get("mode"))
            + " "
            + unix.get("uid")
            + " "
            + unix.get("gid");
    if (Files.isSymbolicLink(path)) {
      return owner + " -> " + Files.readSymbolicLink(path);
    }
    owner += " " + Files.getLastModifiedTime(path);
    return Files.isDirectory(path)
        ? owner
        : owner
            + " "
            + new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1).hashCode();
  }

  /** Bytes that the file takes on the disk. */
  static long allocatedBytes(Path file) {
    try {
      Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
      return 512
          * Long.parseLong(
              new String(stat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
