package io.taidon.runner.source;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The directory that sources are written to. Nothing is written outside it, over something that is
 * there, or through a link, and all together is bounded. Not thread-safe.
 */
final class Landing {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int MAX_NAME_BYTES = 255;
  private static final int MAX_DEPTH = 64;

  private final Path root;
  private final Limits limits;
  private long bytesLeft;
  private int entriesLeft;

  /**
   * How much all sources together may be.
   *
   * @param entries files, directories and links
   */
  record Limits(long bytes, int entries) {
    /** 2 GiB, half of what the workspace's volume holds. */
    static final Limits DEFAULT = new Limits(2L << 30, 50_000);
  }

  Landing(Path root, Limits limits) {
    this.root = root;
    this.limits = limits;
    this.bytesLeft = limits.bytes();
    this.entriesLeft = limits.entries();
  }

  /**
   * Writes a file.
   *
   * @param name relative, with slashes
   * @throws TaidonException SOURCE_UNAVAILABLE for a name that leads elsewhere, SCRIPT_TOO_LARGE
   */
  void file(String name, InputStream content) throws IOException {
    Path path = claim(name);
    byte[] buffer = new byte[BUFFER_BYTES];
    // A new file is never written through a link that came before it.
    try (OutputStream out =
        Files.newOutputStream(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
        bytesLeft -= n;
        if (bytesLeft < 0) {
          throw tooLarge("more than " + limits.bytes() + " bytes");
        }
        out.write(buffer, 0, n);
      }
    } catch (FileAlreadyExistsException e) {
      throw refused(name, "is there twice");
    }
  }

  /** Makes a directory, unless it is there. */
  void directory(String name) throws IOException {
    makeDirectories(inside(name));
  }

  /**
   * Makes a symbolic link that stays inside.
   *
   * @return whether it did; a link that leads outside is not made
   */
  boolean link(String name, String target) throws IOException {
    Path path = inside(name);
    Path to;
    try {
      to = Path.of(target);
    } catch (InvalidPathException e) {
      return false;
    }
    Path parent = parent(path);
    if (to.isAbsolute() || !parent.resolve(to).normalize().startsWith(root)) {
      return false;
    }
    Path unused = claim(name);
    try {
      Files.createSymbolicLink(path, to);
    } catch (FileAlreadyExistsException e) {
      throw refused(name, "is there twice");
    }
    return true;
  }

  private Path claim(String name) throws IOException {
    Path path = inside(name);
    countEntry();
    makeDirectories(parent(path));
    return path;
  }

  private void countEntry() {
    if (--entriesLeft < 0) {
      throw tooLarge("more than " + limits.entries() + " files");
    }
  }

  private void makeDirectories(Path directory) throws IOException {
    if (directory.equals(root)) {
      return;
    }
    makeDirectories(parent(directory));
    if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    countEntry();
    try {
      Files.createDirectory(directory);
    } catch (FileAlreadyExistsException e) {
      throw refused(root.relativize(directory).toString(), "is a file or link, and a directory");
    }
  }

  private Path inside(String name) {
    List<String> parts = List.of(name.split("/", -1));
    boolean plain =
        parts.size() <= MAX_DEPTH
            && parts.stream().allMatch(Landing::isPlain)
            && !name.contains("\\");
    if (!plain) {
      throw refused(name, "is not a plain relative path");
    }
    try {
      return root.resolve(name);
    } catch (InvalidPathException e) {
      throw refused(name, "is not a file name");
    }
  }

  private static boolean isPlain(String part) {
    return !part.isEmpty()
        && !part.equals(".")
        && !part.equals("..")
        && part.chars().noneMatch(Character::isISOControl)
        && part.getBytes(StandardCharsets.UTF_8).length <= MAX_NAME_BYTES;
  }

  private Path parent(Path path) {
    Path parent = path.getParent();
    return parent == null ? root : parent;
  }

  private static TaidonException refused(String name, String why) {
    String shown = name.length() > 200 ? name.substring(0, 200) + "..." : name;
    return TaidonException.of(
            ErrorCode.SOURCE_UNAVAILABLE, "The entry `" + shown + "` of the source " + why + ".")
        .with("file", shown);
  }

  private static TaidonException tooLarge(String than) {
    return TaidonException.of(ErrorCode.SCRIPT_TOO_LARGE, "The source holds " + than + ".")
        .remedy("Give a source that holds the scripts and little else.");
  }
}
