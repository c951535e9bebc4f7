package io.taidon.gateway.bench;

import io.taidon.gateway.clients.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Runs {@code pgbench -S}. */
final class Pgbench {
  private static final int LATENCY_FIELD = 2;

  private Pgbench() {}

  /** Makes the tables of scale factor 1. */
  static void initialize(Contender direct, Path directory) {
    run(direct, directory, List.of("-i", "-q", "-s", "1"));
  }

  static Turn run(Contender contender, Path directory, int seconds, List<String> options) {
    List<String> all = new ArrayList<>(options);
    all.addAll(List.of("-S", "-n", "-T", Integer.toString(seconds), "--log"));
    double before = contender.cpuMicros();
    String said = run(contender, directory, all);
    double used = contender.cpuMicros() - before;
    // With -C each latency is that of the query alone, so the rate tells more.
    double[] latencies = latencies(directory);
    return new Turn(
        rate(said),
        quantile(latencies, 0.5),
        quantile(latencies, 0.99),
        used / Math.max(latencies.length, 1));
  }

  private static double rate(String said) {
    return said.lines()
        .filter(line -> line.startsWith("tps = "))
        .mapToDouble(line -> Double.parseDouble(line.split(" ")[2]))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("pgbench said: " + said));
  }

  /** Sorted, from the logs that pgbench left, which are removed. */
  private static double[] latencies(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> logs =
          files.filter(file -> file.getFileName().toString().startsWith("pgbench_log.")).toList();
      List<double[]> parts = new ArrayList<>();
      for (Path log : logs) {
        try (Stream<String> lines = Files.lines(log)) {
          parts.add(
              lines
                  .mapToDouble(line -> Double.parseDouble(line.split(" ", 4)[LATENCY_FIELD]))
                  .toArray());
        }
        Files.delete(log);
      }
      return parts.stream().flatMapToDouble(Arrays::stream).sorted().toArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double quantile(double[] sorted, double share) {
    return sorted.length == 0
        ? 0
        : sorted[(int) Math.min(sorted.length * share, sorted.length - 1)];
  }

  private static String run(Contender contender, Path directory, List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(Programs.postgres("pgbench").orElseThrow().toString());
    command.addAll(options);
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
      builder.environment().putAll(contender.environment());
      Process process = builder.start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(contender.name() + ": pgbench said: " + said);
      }
      return said;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
