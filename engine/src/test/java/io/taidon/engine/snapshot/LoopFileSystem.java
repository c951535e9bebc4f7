package io.taidon.engine.snapshot;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * A real file system of its own for a test: a sparse image, formatted and mounted through a loop
 * device. {@link #create} skips the test, and says why, where that cannot be done. Closing unmounts
 * (the kernel then frees the loop device) and deletes the image; a shutdown hook does it for a test
 * run that is stopped.
 */
public final class LoopFileSystem implements AutoCloseable {
  /** What to format. */
  public enum Type {
    BTRFS("mkfs.btrfs", "-q", "-f"),
    XFS("mkfs.xfs", "-q", "-f", "-m", "reflink=1"),
    XFS_WITHOUT_REFLINK("mkfs.xfs", "-q", "-f", "-m", "reflink=0"),
    EXT4("mkfs.ext4", "-q", "-F");

    private final List<String> format;

    Type(String... format) {
      this.format = List.of(format);
    }
  }

  private final Path image;
  private final Path root;
  private final Thread hook = new Thread(this::remove);
  private boolean mounted;
  private boolean isFrozen;

  private LoopFileSystem(Path image, Path root) {
    this.image = image;
    this.root = root;
  }

  /** Makes and mounts one; XFS needs at least 300 megabytes, btrfs 110. */
  public static LoopFileSystem create(Type type, int sizeMegabytes) {
    requireRoot();
    requireTool(type.format.getFirst());
    try {
      Path base = Files.createTempDirectory("taidon-loop-");
      Path root = Files.createDirectory(base.resolve("mnt"));
      LoopFileSystem fileSystem = new LoopFileSystem(base.resolve("image"), root);
      Runtime.getRuntime().addShutdownHook(fileSystem.hook);
      fileSystem.makeAndMount(type, sizeMegabytes);
      return fileSystem;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The mounted directory, which others may enter. */
  public Path root() {
    return root;
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(hook);
    remove();
  }

  /** Refuses writes by path from now on, or allows them again; files that are open stay so. */
  public void freeze(boolean frozen) {
    if (frozen) {
      run("mount", "--bind", root.toString(), root.toString());
      run("mount", "-o", "remount,bind,ro", root.toString());
    } else {
      umountPatiently();
    }
    isFrozen = frozen;
  }

  /** Makes ext4 read-only the way the kernel does when it meets an error. */
  public void abortExt4() {
    run("mount", "-o", "remount,abort", root.toString());
  }

  /** Unmounts it when nobody uses it any more. */
  public void unmount() {
    if (mounted) {
      umountPatiently();
      mounted = false;
    }
  }

  /** Processes that were ended let go of their directories a moment later. */
  private void umountPatiently() {
    Awaitility.await("umount " + root)
        .atMost(Duration.ofSeconds(20))
        .until(() -> tryRun("umount", root.toString()).exitCode() == 0);
  }

  /** Takes the file system away from its directory, whoever has files open on it. */
  public void detach() {
    run("umount", "-l", root.toString());
    mounted = false;
  }

  /** Mounts it again. */
  public void attach() {
    run("mount", "-o", "loop", image.toString(), root.toString());
    mounted = true;
  }

  private void makeAndMount(Type type, int sizeMegabytes) throws IOException {
    try {
      try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
        file.setLength(sizeMegabytes * 1024L * 1024L);
      }
      Files.setPosixFilePermissions(base(), PosixFilePermissions.fromString("rwxr-xr-x"));
      String[] format = type.format.toArray(String[]::new);
      run(append(format, image.toString()));
      Result mount = tryRun("mount", "-o", "loop", image.toString(), root.toString());
      if (mount.exitCode() != 0) {
        remove();
        abort("no loop mount of " + type + " on this machine: " + mount.output());
      }
      mounted = true;
    } catch (IOException | IllegalStateException e) {
      close();
      throw e;
    }
  }

  private Path base() {
    return image.toAbsolutePath().getParent();
  }

  private synchronized void remove() {
    if (isFrozen) {
      freeze(false);
    }
    unmount();
    try {
      Files.deleteIfExists(image);
      Files.deleteIfExists(root);
      Files.deleteIfExists(image.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Skips the test unless it runs as root. */
  public static void requireRoot() {
    if (!"root".equals(System.getProperty("user.name"))) {
      abort("needs root to mount a file system");
    }
  }

  static void requireTool(String tool) {
    boolean there =
        Arrays.stream(("/usr/sbin:/sbin:" + System.getenv("PATH")).split(":"))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, tool)));
    if (!there) {
      abort("needs " + tool);
    }
  }

  /** Runs a tool that must succeed. */
  public static void run(String... command) {
    Result result = tryRun(command);
    if (result.exitCode() != 0) {
      throw new IllegalStateException(String.join(" ", command) + ": " + result.output());
    }
  }

  /** Runs a tool that may fail. */
  public static void tryToRun(String... command) {
    tryRun(command);
  }

  record Result(int exitCode, String output) {}

  static Result tryRun(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return new Result(process.waitFor(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String[] append(String[] words, String last) {
    String[] all = Arrays.copyOf(words, words.length + 1);
    all[words.length] = last;
    return all;
  }
}
