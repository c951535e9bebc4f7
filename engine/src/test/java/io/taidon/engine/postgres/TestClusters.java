package io.taidon.engine.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The shipped servers and a fresh cluster of each, made once per JVM below one temporary directory
 * that the account of the servers can enter; removed, with whatever still runs there, at its end.
 */
public final class TestClusters {
  /** The jars that the build put there. */
  public static final Path JARS =
      Path.of(System.getProperty("taidon.postgres.sets", "target/postgres"));

  public static final OsUser OS_USER = OsUser.current();

  private static final Path ROOT = makeRoot();
  private static final BinarySets SETS =
      new BinarySets(ROOT.resolve("sets"), List.of(JARS.toAbsolutePath()), List.of());
  private static final Map<Integer, Path> TEMPLATES = new ConcurrentHashMap<>();
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private TestClusters() {}

  /** A directory of its own for one test, which the account of the servers can enter. */
  public static Path directory() throws IOException {
    Path directory = ROOT.resolve("t" + NUMBER.incrementAndGet());
    Files.createDirectory(directory);
    return directory;
  }

  public static PostgresHome home(int major) {
    return SETS.find(PostgresSelection.ofMajor(major));
  }

  /** A new copy of a fresh cluster. */
  public static Path cluster(int major) throws IOException, InterruptedException {
    Path template =
        TEMPLATES.computeIfAbsent(
            major,
            version -> {
              Path directory = ROOT.resolve("template" + version);
              new ClusterTemplate(OS_USER).initdb(home(version), directory);
              return directory;
            });
    Path copy = directory().resolve("data");
    copy(template, copy);
    return copy;
  }

  public static void copy(Path from, Path to) throws IOException, InterruptedException {
    Process copy = new ProcessBuilder("cp", "-a", from.toString(), to.toString()).start();
    if (copy.waitFor() != 0) {
      throw new IOException("cp failed");
    }
  }

  private static Path makeRoot() {
    try {
      Path root = Files.createTempDirectory("taidon-test-");
      Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
      Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(root)));
      return root;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void remove(Path root) {
    try (var walk = Files.walk(root, 2)) {
      walk.filter(path -> path.endsWith("data") && Files.exists(path.resolve("postmaster.pid")))
          .forEach(DataDirProcesses::killAll);
      FileTrees.delete(root);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
