package io.taidon.engine.bench;

import io.taidon.engine.postgres.OsUser;
import io.taidon.engine.postgres.SimpleQueryConnection;
import io.taidon.engine.snapshot.BackendKind;
import io.taidon.engine.snapshot.BackendProbe;
import io.taidon.engine.snapshot.SnapshotBackend;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * What request to first row costs without a product: a clone of the state's files by the cheapest
 * native means, a bare {@code postgres} on it, the first {@code SELECT 1} through its socket. No
 * password, no port, no registry, no log. Readiness is seen in the lock file, because a connection
 * that comes too early costs the server a process. Thread-safe.
 */
final class Floor {
  private static final long LOOK_EVERY_NANOS = 200_000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final OsUser OS_USER = OsUser.current();
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final Path postgres;
  private final Path state;
  private final Path directory;
  private final BackendKind kind;
  private final SnapshotBackend backend;

  /**
   * @param state the state's directory
   * @param directory where clones are made, on the same file system
   */
  Floor(Path postgresHome, Path state, Path directory, BackendKind kind) {
    this.postgres = postgresHome.resolve("bin/postgres");
    this.state = state;
    this.directory = directory;
    this.kind = kind;
    this.backend = BackendProbe.backend(kind).orElseThrow();
  }

  /** What one time through took. */
  record Passed(double clonedMillis, double firstRowMillis) {}

  /** Once through; what it made is removed after the clock was read. */
  Passed once() throws IOException, InterruptedException {
    Path place = Files.createDirectory(directory.resolve("f" + NUMBER.incrementAndGet()));
    Path sockets = Files.createDirectory(place.resolve("s"));
    Path data = place.resolve("data");
    OS_USER.own(sockets);
    Process server = null;
    try {
      long begin = System.nanoTime();
      cloneTo(data);
      double cloned = millisSince(begin);
      server = start(data, sockets);
      firstRow(server, data, sockets);
      return new Passed(cloned, millisSince(begin));
    } finally {
      if (server != null) {
        Processes.run(List.of("kill", "-QUIT", Long.toString(server.pid())));
        int unused = server.waitFor();
      }
      backend.delete(data);
      backend.delete(place);
    }
  }

  private void cloneTo(Path data) {
    switch (kind) {
      case BTRFS, ZFS, OVERLAY -> backend.clone(state, data); // one ioctl, command or mount
      case REFLINK ->
          Processes.run(List.of("cp", "-a", "--reflink=always", state.toString(), data.toString()));
      case COPY ->
          Processes.run(List.of("cp", "-a", "--reflink=never", state.toString(), data.toString()));
    }
  }

  private Process start(Path data, Path sockets) throws IOException {
    List<String> command = new ArrayList<>(List.of(postgres.toString(), "-D", data.toString()));
    for (String setting :
        List.of(
            "listen_addresses=",
            "unix_socket_directories=" + sockets,
            "fsync=off",
            "full_page_writes=off",
            "synchronous_commit=off")) {
      command.addAll(List.of("-c", setting));
    }
    ProcessBuilder builder = new ProcessBuilder(OS_USER.wrap(command));
    builder.environment().clear();
    builder.directory(new File("/"));
    builder.redirectErrorStream(true);
    builder.redirectInput(new File("/dev/null"));
    builder.redirectOutput(new File("/dev/null"));
    return builder.start();
  }

  private static void firstRow(Process server, Path data, Path sockets) throws IOException {
    long begin = System.nanoTime();
    while (!isReady(data.resolve("postmaster.pid"))) {
      if (!server.isAlive() || System.nanoTime() - begin > PATIENCE.toNanos()) {
        throw new IllegalStateException("the bare server in " + data + " does not start");
      }
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
    try (SimpleQueryConnection connection =
        SimpleQueryConnection.open(
            sockets.resolve(".s.PGSQL.5432"), "sqlrs", "postgres", PATIENCE)) {
      var unused = connection.query("SELECT 1");
    }
  }

  private static boolean isReady(Path lockFile) throws IOException {
    try {
      return Files.readString(lockFile, StandardCharsets.US_ASCII).contains("ready");
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static double millisSince(long begin) {
    return (System.nanoTime() - begin) / 1e6;
  }
}
