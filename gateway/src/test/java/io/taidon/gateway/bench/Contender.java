package io.taidon.gateway.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A way to the server.
 *
 * @param port of the loopback interface
 * @param user who to log in as there
 * @param pid the process in between; empty for none
 */
record Contender(String name, int port, String user, OptionalLong pid) {
  static final String PASSWORD = "correct horse battery staple";
  static final String ROLE = "sqlrs";

  /** Ticks of {@code /proc/PID/stat}: 100 a second on every Linux that Java runs on. */
  private static final double MICROS_PER_TICK = 10_000;

  private static final int UTIME = 11;
  private static final int STIME = 12;

  /** What libpq is told. */
  Map<String, String> environment() {
    return Map.of(
        "PGHOST",
        "127.0.0.1",
        "PGPORT",
        Integer.toString(port),
        "PGUSER",
        user,
        "PGPASSWORD",
        PASSWORD,
        "PGDATABASE",
        "postgres",
        "PGSSLMODE",
        "disable",
        "PGGSSENCMODE",
        "disable");
  }

  /** Processor time that the process in between has used, in microseconds; 0 if there is none. */
  double cpuMicros() {
    if (pid.isEmpty()) {
      return 0;
    }
    String stat = read("stat");
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME])) * MICROS_PER_TICK;
  }

  /** Its memory, in KiB. */
  long residentKib() {
    return read("status")
        .lines()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  private String read(String file) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid.orElseThrow()), file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
