package io.taidon.engine.postgres;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The processes of the server of a data directory, and of the initdb that makes it, found through
 * proc(5): each has it as its working directory. A process id in a file is never believed without
 * that, so a recycled one is never touched. Where there is no {@code /proc}, nothing is found.
 */
final class DataDirProcesses {
  private static final Path PROC = Path.of("/proc");
  private static final Path SELF = PROC.resolve("self");
  private static final String DELETED = " (deleted)";
  private static final Set<String> PROGRAMS = Set.of("postgres", "initdb");
  private static final Pattern PID = Pattern.compile("\\d{1,9}");
  private static final Pattern DYNAMIC_SHARED_MEMORY =
      Pattern.compile("/dev/shm/PostgreSQL\\.\\d+");
  private static final Pattern SYSTEM_V_SEGMENT =
      Pattern.compile("\\S+ \\S+ \\S+ \\S+ (\\d+) +/SYSV[0-9a-f]{8}.*");
  private static final Duration KILL_DEADLINE = Duration.ofSeconds(20);
  private static final long LOOK_EVERY_NANOS = 500_000;

  private DataDirProcesses() {}

  /** The postmaster that the lock file names, if it is one and runs in this data directory. */
  static Optional<ProcessHandle> postmaster(Path dataDir) {
    return PostmasterFile.read(dataDir)
        // First the handle, which holds the start time, then the check.
        .flatMap(file -> ProcessHandle.of(file.pid()))
        .filter(process -> belongs(process.pid(), dataDir) && isPostmaster(process.pid()));
  }

  /** All PostgreSQL processes with this working directory. */
  static List<ProcessHandle> all(Path dataDir) {
    List<ProcessHandle> handles = new ArrayList<>();
    for (Path process : processes()) {
      ProcessHandle.of(Long.parseLong(process.getFileName().toString()))
          .filter(handle -> belongs(handle.pid(), dataDir))
          .ifPresent(handles::add);
    }
    return handles;
  }

  /** The directories of all processes in proc(5). */
  private static List<Path> processes() {
    List<Path> processes = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(PROC)) {
      for (Path entry : entries) {
        if (PID.matcher(String.valueOf(entry.getFileName())).matches()) {
          processes.add(entry);
        }
      }
    } catch (IOException e) {
      // No /proc: nothing can be found.
    }
    return processes;
  }

  /** The directories below {@code parent} in which something of PostgreSQL runs, by one look. */
  static Set<Path> directoriesBelow(Path parent) {
    Path real = realPath(parent);
    Set<Path> directories = new LinkedHashSet<>();
    for (Path process : processes()) {
      try {
        Path directory = Path.of(linkText(process.resolve("cwd")));
        if (directory.startsWith(real) && isOurs(process)) {
          directories.add(parent.resolve(real.relativize(directory)));
        }
      } catch (IOException e) {
        // It is gone, or somebody else's.
      }
    }
    return directories;
  }

  /**
   * Kills whatever runs in a data directory and frees the shared memory that killed servers leave
   * behind, then removes the lock file.
   *
   * @return how many processes were killed
   */
  static int killAll(Path dataDir) {
    int killed = 0;
    Set<Path> sharedFiles = new LinkedHashSet<>();
    Set<Integer> segments = new LinkedHashSet<>();
    // The postmaster dies first: it could start more.
    List<ProcessHandle> processes = new ArrayList<>();
    postmaster(dataDir).ifPresent(processes::add);
    for (ProcessHandle process : all(dataDir)) {
      if (!processes.contains(process)) {
        processes.add(process);
      }
    }
    for (ProcessHandle process : processes) {
      noteSharedMemory(process.pid(), sharedFiles, segments);
    }
    // What was started between the look and the kill is found by looking again.
    while (!processes.isEmpty()) {
      for (ProcessHandle process : processes) {
        if (process.destroyForcibly()) {
          killed++;
        }
      }
      processes.forEach(process -> awaitExit(process, dataDir));
      processes = all(dataDir);
    }
    free(sharedFiles, segments);
    removeLockFile(dataDir);
    return killed;
  }

  /**
   * Whether a process still runs in a data directory. One that has ended and that its parent does
   * not reap does not: it has no working directory any more.
   */
  static boolean runs(ProcessHandle process, Path dataDir) {
    return process.isAlive() && (!Files.isDirectory(SELF) || belongs(process.pid(), dataDir));
  }

  static void removeLockFile(Path dataDir) {
    try {
      Files.deleteIfExists(dataDir.resolve(PostmasterFile.NAME));
    } catch (IOException e) {
      // The next server says so if it minds.
    }
  }

  private static boolean belongs(long pid, Path dataDir) {
    Path process = PROC.resolve(Long.toString(pid));
    try {
      String directory = linkText(process.resolve("cwd"));
      return directory.equals(realPath(dataDir).toString()) && isOurs(process);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isOurs(Path process) throws IOException {
    Path program = Path.of(linkText(process.resolve("exe")));
    return PROGRAMS.contains(String.valueOf(program.getFileName()));
  }

  /**
   * Other PostgreSQL processes have titles such as {@code postgres: checkpointer}; initdb has no
   * lock file.
   */
  private static boolean isPostmaster(long pid) {
    try {
      return !Files.readString(PROC.resolve(pid + "/cmdline")).startsWith("postgres: ");
    } catch (IOException e) {
      return false;
    }
  }

  private static void noteSharedMemory(long pid, Set<Path> files, Set<Integer> segments) {
    try (Stream<String> maps = Files.lines(PROC.resolve(pid + "/maps"))) {
      maps.forEach(line -> {
        Matcher file = DYNAMIC_SHARED_MEMORY.matcher(line);
        if (file.find()) {
          files.add(Path.of(file.group()));
        }
        Matcher segment = SYSTEM_V_SEGMENT.matcher(line);
        if (segment.matches()) {
          // proc(5): the inode column of a System V segment is its id.
          segments.add(Integer.parseInt(segment.group(1)));
        }
      });
    } catch (IOException | UncheckedIOException e) {
      // It is gone already; its peers map the same memory.
    }
  }

  private static void free(Set<Path> files, Set<Integer> segments) {
    for (Path file : files) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        // Kept until the machine restarts; a few kilobytes.
      }
    }
    segments.forEach(Signals::removeSharedMemory);
  }

  /** Waits for a killed process; one that nobody reaps counts as gone. */
  private static void awaitExit(ProcessHandle process, Path dataDir) {
    long start = System.nanoTime();
    while (runs(process, dataDir)) {
      if (System.nanoTime() - start > KILL_DEADLINE.toNanos()) {
        throw TaidonException.of(
            ErrorCode.POSTGRES_FAILED,
            "PostgreSQL process " + process.pid() + " in " + dataDir + " survives being killed.");
      }
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
      if (Thread.interrupted()) {
        throw Interruption.cancelled(new InterruptedException());
      }
    }
  }

  private static String linkText(Path link) throws IOException {
    String text = Files.readSymbolicLink(link).toString();
    return text.endsWith(DELETED) ? text.substring(0, text.length() - DELETED.length()) : text;
  }

  private static Path realPath(Path dataDir) {
    try {
      return dataDir.toRealPath();
    } catch (IOException e) {
      return dataDir.toAbsolutePath().normalize();
    }
  }
}
