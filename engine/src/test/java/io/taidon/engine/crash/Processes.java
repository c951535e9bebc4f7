package io.taidon.engine.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A process of this machine, by proc(5).
 *
 * @param directory its working directory
 * @param session the id of its session
 */
record Processes(long pid, String command, Path directory, long session) {

  /** All that can be looked at and that have not ended. */
  static Stream<Processes> all() {
    return ProcessHandle.allProcesses().flatMap(p -> look(p.pid()).stream());
  }

  /** Whether it works below a directory or has it in its command. */
  boolean uses(Path place) {
    return directory.startsWith(place) || command.contains(place + "/");
  }

  /** SIGKILL. */
  void kill() {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }

  private static Optional<Processes> look(long pid) {
    Path proc = Path.of("/proc", Long.toString(pid));
    try {
      // The name in brackets may hold spaces; the session is the fourth field after it.
      String stat = Files.readString(proc.resolve("stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      if (fields[0].equals("Z")) {
        return Optional.empty();
      }
      return Optional.of(
          new Processes(
              pid,
              Files.readString(proc.resolve("cmdline")).replace('\0', ' ').strip(),
              Files.readSymbolicLink(proc.resolve("cwd")),
              Long.parseLong(fields[3])));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
