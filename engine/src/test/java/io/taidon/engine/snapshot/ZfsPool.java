package io.taidon.engine.snapshot;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;

/**
 * A real ZFS pool of its own for a test, on a sparse file: in the kernel's ZFS or the running
 * zfs-fuse where there is one, else in a zfs-fuse that this starts. {@link #create} skips the test,
 * and says why, where that cannot be done. Closing destroys the pool and ends the daemon; a
 * shutdown hook does it for a test run that is stopped.
 *
 * <p>There is one zfs-fuse on a machine (its socket has a fixed path), so pools of several test
 * runs wait for each other.
 */
public final class ZfsPool implements AutoCloseable {
  private static final Path LOCK = Path.of("/tmp/taidon-zfs-test.lock");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String name;
  private final Path base;
  private final FileChannel lock;
  private final Thread hook = new Thread(this::remove);
  private Optional<Process> daemon = Optional.empty();
  private boolean made;

  private ZfsPool(Path base, FileChannel lock) {
    this.base = base;
    this.name = base.getFileName().toString();
    this.lock = lock;
  }

  /** Makes and mounts one, of at least 64 megabytes. */
  public static ZfsPool create(int sizeMegabytes) {
    LoopFileSystem.requireRoot();
    LoopFileSystem.requireTool("zpool");
    try {
      FileChannel lock =
          FileChannel.open(LOCK, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      lock.lock();
      ZfsPool pool = new ZfsPool(Files.createTempDirectory("taidon-zfs-"), lock);
      Runtime.getRuntime().addShutdownHook(pool.hook);
      pool.make(sizeMegabytes);
      return pool;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void make(int sizeMegabytes) throws IOException {
    try {
      Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.createDirectory(root());
      if (!answers()) {
        startDaemon();
      }
      try (RandomAccessFile file = new RandomAccessFile(image().toFile(), "rw")) {
        file.setLength(sizeMegabytes * 1024L * 1024L);
      }
      LoopFileSystem.run(
          "zpool",
          "create",
          "-o",
          "cachefile=none",
          "-m",
          root().toString(),
          name,
          image().toString());
      made = true;
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private static boolean answers() {
    return LoopFileSystem.tryRun("timeout", "20", "zpool", "list").exitCode() == 0;
  }

  private void startDaemon() throws IOException {
    LoopFileSystem.requireTool("zfs-fuse");
    if (!Files.exists(Path.of("/dev/fuse"))) {
      abort("zfs-fuse needs /dev/fuse");
    }
    Process process =
        new ProcessBuilder(List.of("zfs-fuse", "--no-daemon", "--no-kstat-mount"))
            .redirectErrorStream(true)
            .redirectOutput(base.resolve("daemon.log").toFile())
            .start();
    daemon = Optional.of(process);
    Awaitility.await("zfs-fuse").atMost(PATIENCE).until(() -> !process.isAlive() || answers());
    if (!process.isAlive()) {
      abort(
          "zfs-fuse does not run on this machine: "
              + Files.readString(base.resolve("daemon.log")).strip());
    }
  }

  /** The mount point of the pool's first dataset, which others may enter. */
  public Path root() {
    return base.resolve("mnt");
  }

  /** The name of the pool and of its first dataset. */
  public String name() {
    return name;
  }

  private Path image() {
    return base.resolve("image");
  }

  /** All datasets and snapshots below the first one, with these properties, tab-separated. */
  public List<String> list(String... properties) {
    return LoopFileSystem.tryRun(
            "zfs",
            "list",
            "-H",
            "-r",
            "-t",
            "filesystem,snapshot",
            "-o",
            "name," + String.join(",", properties),
            name)
        .output()
        .lines()
        .filter(line -> !line.startsWith(name + "\t"))
        .toList();
  }

  /** Makes a dataset of its own for a store at {@code <new directory>/store}. */
  public Path makeStore() throws IOException {
    Path store = Files.createTempDirectory(root(), "place").resolve("store");
    LoopFileSystem.run(
        "zfs", "create", "-o", "mountpoint=" + store, name + "/store" + UUID.randomUUID());
    Files.setPosixFilePermissions(store.getParent(), PosixFilePermissions.fromString("rwx--x--x"));
    return store;
  }

  /** Unmounts the dataset that is at a path, as soon as nobody looks into it. */
  public void unmount(Path at) {
    Awaitility.await("zfs unmount " + at)
        .atMost(PATIENCE)
        .until(() -> LoopFileSystem.tryRun("zfs", "unmount", at.toString()).exitCode() == 0);
  }

  /** Brings all that was written to the disk, and to account. */
  public void endTransaction() {
    LoopFileSystem.run("zfs", "set", "io.taidon:tick=1", name);
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(hook);
    remove();
  }

  private synchronized void remove() {
    try {
      if (made) {
        Awaitility.await("zpool destroy " + name)
            .atMost(PATIENCE)
            .until(() -> LoopFileSystem.tryRun("zpool", "destroy", "-f", name).exitCode() == 0);
        made = false;
      }
      daemon.ifPresent(process -> {
        process.destroy();
        process.onExit().orTimeout(60, java.util.concurrent.TimeUnit.SECONDS).join();
      });
      daemon = Optional.empty();
      for (String file : List.of("image", "mnt", "daemon.log", "")) {
        Files.deleteIfExists(base.resolve(file));
      }
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
