package io.taidon.engine.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The lock file {@code postmaster.pid} of a data directory, line by line as PostgreSQL's {@code
 * pidfile.h} has it. It is written while it is read, so the later lines may be missing.
 *
 * @param pid the process id of the postmaster; a leftover may name a process that is none
 * @param port the number in the socket's name
 * @param socketDir where the first socket is; empty if there is none yet
 * @param sharedMemoryId the System V shared memory segment, once there is one
 * @param ready whether connections are accepted
 */
record PostmasterFile(
    long pid, int port, Optional<Path> socketDir, OptionalInt sharedMemoryId, boolean ready) {
  static final String NAME = "postmaster.pid";

  private static final int PORT = 3;
  private static final int SOCKET_DIR = 4;
  private static final int SHARED_MEMORY = 6;
  private static final int STATUS = 7;

  /** Reads it; nothing when it is absent, unreadable or not yet complete enough. */
  static Optional<PostmasterFile> read(Path dataDir) {
    try {
      return parse(
          new String(Files.readAllBytes(dataDir.resolve(NAME)), StandardCharsets.UTF_8)
              .split("\n", -1));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<PostmasterFile> parse(String[] lines) {
    String pid = line(lines, 0);
    if (pid.isEmpty()) {
      return Optional.empty();
    }
    String port = line(lines, PORT);
    String socketDir = line(lines, SOCKET_DIR);
    String[] sharedMemory = line(lines, SHARED_MEMORY).split(" +", -1);
    return Optional.of(
        new PostmasterFile(
            Long.parseLong(pid),
            port.isEmpty() ? 0 : Integer.parseInt(port),
            socketDir.isEmpty() ? Optional.empty() : Optional.of(Path.of(socketDir)),
            sharedMemory.length == 2
                ? OptionalInt.of(Integer.parseInt(sharedMemory[1]))
                : OptionalInt.empty(),
            line(lines, STATUS).equals("ready")));
  }

  private static String line(String[] lines, int index) {
    return index < lines.length ? lines[index].strip() : "";
  }
}
