package io.taidon.engine.postgres;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** A server between its process being made and its accepting connections. */
final class ServerLaunch {
  /**
   * How long to wait between looks at the lock file. A look costs about 20 us; a connection attempt
   * that comes too early costs the server a process.
   */
  private static final long LOOK_EVERY_NANOS = 300_000;

  private static final File NULL_DEVICE = new File("/dev/null");

  private final ServerOptions options;
  private final ControlDirectory control;
  private final Path sockets;
  private final Process process;
  private final long logStart;

  private ServerLaunch(
      ServerOptions options,
      ControlDirectory control,
      Path sockets,
      Process process,
      long logStart) {
    this.options = options;
    this.control = control;
    this.sockets = sockets;
    this.process = process;
    this.logStart = logStart;
  }

  /** Makes the process. */
  static ServerLaunch of(PostgresHome home, OsUser osUser, ServerOptions options) {
    ControlDirectory control = new ControlDirectory(options.controlDir());
    osUser.requireReach(options.dataDir());
    osUser.requireReach(home.program("postgres"));
    clearLeftovers(options.dataDir());
    try {
      Path sockets = control.prepare(osUser, options.tcpPort().isPresent());
      long logStart = control.logSize();
      ProcessBuilder builder =
          new ProcessBuilder(osUser.wrap(ServerCommand.of(home, options, control, sockets)));
      // The server's own descriptors, not pipes to us: it must outlive us and keep its log.
      builder.redirectInput(NULL_DEVICE);
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(control.log().toFile()));
      builder.redirectErrorStream(true);
      builder.directory(new File("/"));
      ServerEnvironment.apply(builder);
      return new ServerLaunch(options, control, sockets, builder.start(), logStart);
    } catch (IOException e) {
      throw control.unusable(e);
    }
  }

  Process process() {
    return process;
  }

  ControlDirectory control() {
    return control;
  }

  Path sockets() {
    return sockets;
  }

  /** Returns when the lock file says ready; fails as soon as the process ends or hangs. */
  void awaitReady() {
    Optional<PostmasterFile> seen = Optional.empty();
    long seenLogSize = logStart;
    long lastProgress = System.nanoTime();
    try {
      while (true) {
        Optional<PostmasterFile> file = PostmasterFile.read(options.dataDir());
        if (file.isPresent() && file.get().ready() && file.get().pid() == process.pid()) {
          return;
        }
        // Not Process.waitFor, whose shortest wait is a millisecond.
        LockSupport.parkNanos(LOOK_EVERY_NANOS);
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        if (!process.isAlive()) {
          throw failed();
        }
        long logSize = control.logSize();
        if (!file.equals(seen) || logSize != seenLogSize) {
          seen = file;
          seenLogSize = logSize;
          lastProgress = System.nanoTime();
        } else if (System.nanoTime() - lastProgress > options.quietDeadline().toNanos()) {
          abandon();
          throw tooSlow();
        }
      }
    } catch (InterruptedException e) {
      abandon();
      throw Interruption.cancelled(e);
    }
  }

  /** Ends a server that nobody will use, and all of its processes. */
  void abandon() {
    // First by directory: that looks at the shared memory that the processes would leave behind.
    int ignored = DataDirProcesses.killAll(options.dataDir());
    process.destroyForcibly();
    removeSockets();
  }

  private static void clearLeftovers(Path dataDir) {
    if (PostmasterFile.read(dataDir).isEmpty()) {
      return;
    }
    if (!DataDirProcesses.all(dataDir).isEmpty()) {
      throw TaidonException.of(
          ErrorCode.CONFLICT, "Another PostgreSQL server runs in " + dataDir + ".");
    }
    // Its process is gone; a recycled process id would make PostgreSQL refuse to start.
    DataDirProcesses.removeLockFile(dataDir);
  }

  private TaidonException failed() {
    String log = control.logSince(logStart);
    removeSockets();
    return StartFailure.classify(log, options.dataDir(), control.log(), options.tcpPort())
        .with("exit_code", Integer.toString(process.exitValue()));
  }

  private TaidonException tooSlow() {
    return TaidonException.of(
            ErrorCode.POSTGRES_FAILED,
            "PostgreSQL in "
                + options.dataDir()
                + " was not ready after "
                + options.quietDeadline().toSeconds()
                + " s without progress.")
        .with("log", StartFailure.lastLines(control.logSince(logStart)))
        .with("log_file", control.log().toString());
  }

  private void removeSockets() {
    try {
      control.removeSockets();
    } catch (IOException e) {
      // An empty directory stays; the next start removes it.
    }
  }
}
