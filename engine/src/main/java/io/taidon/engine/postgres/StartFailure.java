package io.taidon.engine.postgres;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/** Tells from a server's last words why it did not start. */
final class StartFailure {
  private static final int SHOWN_LINES = 6;

  private StartFailure() {}

  static TaidonException classify(String log, Path dataDir, Path logFile, OptionalInt tcpPort) {
    return cause(log, dataDir, tcpPort)
        .with("log", lastLines(log))
        .with("log_file", logFile.toString());
  }

  private static TaidonException cause(String log, Path dataDir, OptionalInt tcpPort) {
    if (tcpPort.isPresent() && log.contains("Address already in use")) {
      return TaidonException.of(
              ErrorCode.PORT_IN_USE, "TCP port " + tcpPort.getAsInt() + " is in use.")
          .remedy("Choose another port, or stop what listens there.");
    }
    if (log.contains("No space left on device")) {
      return TaidonException.of(
              ErrorCode.DISK_FULL,
              "PostgreSQL did not start in " + dataDir + ": its file system or /dev/shm is full.")
          .remedy("Free some space, for example by removing instances.");
    }
    if (log.contains("postmaster.pid\" already exists")
        || log.contains("pre-existing shared memory block")) {
      return TaidonException.of(
          ErrorCode.CONFLICT, "Another PostgreSQL server runs in " + dataDir + ".");
    }
    if (log.contains("could not create shared memory segment")
        || log.contains("could not map anonymous shared memory")) {
      return TaidonException.of(
              ErrorCode.POSTGRES_FAILED,
              "PostgreSQL did not start in " + dataDir + ": no shared memory is left.")
          .remedy("Stop some instances, or lower shared_buffers.");
    }
    return TaidonException.of(
        ErrorCode.POSTGRES_FAILED, "PostgreSQL did not start in " + dataDir + ".");
  }

  static String lastLines(String log) {
    List<String> lines = log.lines().filter(line -> !line.isBlank()).toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
  }
}
