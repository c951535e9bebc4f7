package io.taidon.engine.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A process of this machine, by proc(5).
 *
 * @param directory its working directory
 * @param session the id of its session
 */
record Processes(long pid, String command, Path directory, long session) {
  private static final Pattern SHARED_MEMORY = Pattern.compile("/dev/shm/PostgreSQL\\.\\d+");

  /** All that can be looked at and that have not ended. */
  static Stream<Processes> all() {
    return ProcessHandle.allProcesses().flatMap(p -> look(p.pid()).stream());
  }

  /** Whether it works below a directory or has it in its command. */
  boolean uses(Path place) {
    return directory.startsWith(place) || command.contains(place + "/");
  }

  /** The files of dynamic shared memory that it maps. */
  Set<Path> sharedMemory() {
    try (Stream<String> maps = Files.lines(Path.of("/proc", Long.toString(pid), "maps"))) {
      return maps.map(SHARED_MEMORY::matcher)
          .filter(Matcher::find)
          .map(m -> Path.of(m.group()))
          .collect(Collectors.toSet());
    } catch (IOException | UncheckedIOException e) {
      return Set.of();
    }
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
