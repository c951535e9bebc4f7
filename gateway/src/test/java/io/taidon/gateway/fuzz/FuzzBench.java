package io.taidon.gateway.fuzz;

import io.taidon.gateway.leak.LeakReports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The long run: {@code --inputs=N} (a million), {@code --seed=N} (the time), {@code --threads=N}
 * (all processors), {@code --outcomes} to list them; {@code --input=N} repeats one input. Fails
 * with the number of the first input for which something does not hold, and on any leak report.
 */
public final class FuzzBench {
  private FuzzBench() {}

  public static void main(String[] arguments) throws Exception {
    LeakReports.collect();
    Path directory = Files.createTempDirectory("taidon-fuzz");
    boolean good;
    try (Fuzz fuzz = new Fuzz(directory)) {
      Optional<Long> one = number(arguments, "--input");
      good = one.isPresent() ? repeat(fuzz, one.get()) : runAll(fuzz, arguments);
    } finally {
      delete(directory);
    }
    System.exit(good ? 0 : 1);
  }

  private static boolean repeat(Fuzz fuzz, long input) throws Exception {
    System.out.println("input " + input + ": " + fuzz.run(input));
    return true;
  }

  private static boolean runAll(Fuzz fuzz, String[] arguments) throws Exception {
    long inputs = number(arguments, "--inputs").orElse(1_000_000L);
    long seed = number(arguments, "--seed").orElseGet(System::nanoTime);
    int threads =
        Math.toIntExact(
            number(arguments, "--threads")
                .orElse((long) Runtime.getRuntime().availableProcessors()));
    Fuzz.Report report = fuzz.run(inputs, seed, threads);
    System.out.printf(
        Locale.ROOT,
        "fuzz of everything before the hand-off: %,d inputs, %,.0f inputs/s, %d distinct outcomes,"
            + " seed %d%n",
        report.inputs(),
        report.inputs() / (report.nanos() / 1e9),
        report.outcomes().size(),
        seed);
    if (Arrays.asList(arguments).contains("--outcomes")) {
      report.outcomes().forEach((outcome, count) -> System.out.printf("%10d %s%n", count, outcome));
    }
    report
        .failure()
        .ifPresent(failure -> {
          System.err.printf("FAILED: --input=%d repeats it%n", failure.input());
          failure.cause().printStackTrace();
        });
    return report.failure().isEmpty() && nothingLeaked(fuzz, seed);
  }

  /** What was lost is seen once it was collected and something else is tracked. */
  private static boolean nothingLeaked(Fuzz fuzz, long seed) throws InterruptedException {
    System.gc();
    fuzz.run(1_000, seed, 1);
    System.out.println("leak reports: " + LeakReports.found().size());
    LeakReports.found().stream().limit(3).forEach(System.err::println);
    return LeakReports.found().isEmpty();
  }

  private static Optional<Long> number(String[] arguments, String name) {
    return Arrays.stream(arguments)
        .filter(argument -> argument.startsWith(name + "="))
        .map(argument -> Long.parseLong(argument.substring(name.length() + 1)))
        .findFirst();
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
