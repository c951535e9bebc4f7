package io.taidon.engine.bench;

import io.taidon.engine.bench.Settings.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The command as users run it, from the start of the process to its end, with everything cached and
 * its server up; beside an empty Java program and a psql that asks a running server for one row.
 */
final class WholeProcess {
  private static final double P50_BUDGET_MILLIS = 300;
  private static final double CHANGELOG_P50_BUDGET_MILLIS = 500;
  private static final int WARM_UP = 3;

  private final Settings settings;
  private final Report report;
  private final Path sqlrs;

  WholeProcess(Settings settings, Report report) {
    this.settings = settings;
    this.report = report;
    this.sqlrs = settings.root().resolve("dist/target/sqlrs/bin/sqlrs");
  }

  void measure(Place place) throws IOException {
    GeneratedChangelog changelog =
        new GeneratedChangelog(place.directory().resolve("whole-changelog"), 50, 50);
    report.section("Whole process, everything cached: " + place.describe());
    if (!Files.isExecutable(sqlrs)) {
      report.skipped("sqlrs prepare:psql", sqlrs + " is not built");
      return;
    }
    Path store = Files.createDirectories(place.directory().resolve("whole"));
    Map<String, String> environment =
        Map.of("SQLRS_STATE_STORE", store.toString(), "XDG_CONFIG_HOME", store.toString());
    try {
      measure(place, changelog, environment);
    } finally {
      var unused =
          Processes.run(
              List.of(sqlrs.toString(), "server", "stop", "--force"), settings.shop(), environment);
    }
  }

  private void measure(Place place, GeneratedChangelog changelog, Map<String, String> environment) {
    List<String> prepare = new ArrayList<>(List.of(sqlrs.toString(), "prepare:psql", "--"));
    prepare.addAll(settings.shopArguments());
    List<String> java =
        List.of(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            EmptyProgram.class.getName());
    String dsn = dsn(Processes.run(prepare, settings.shop(), environment));
    List<String> psql = List.of(psql(), "-X", "-Atc", "select 1");

    List<String> update =
        new ArrayList<>(List.of(sqlrs.toString(), "prepare:lb", "--checkpoint", "10", "--"));
    update.addAll(changelog.arguments());
    var unused = Processes.run(update, changelog.workspace(), environment);

    Samples emptyJava = new Samples();
    Samples query = new Samples();
    Samples whole = new Samples();
    Samples liquibase = new Samples();
    int rounds = Math.max(settings.rounds() / 2, 1);
    for (int i = -WARM_UP; i < rounds; i++) {
      add(emptyJava, i, settings.shop(), java, environment);
      add(query, i, settings.shop(), psql, Processes.connection(dsn));
      add(whole, i, settings.shop(), prepare, environment);
      add(liquibase, i, changelog.workspace(), update, environment);
    }
    report.fact("floor: an empty Java program", emptyJava);
    report.fact("floor: psql -c 'select 1', server runs", query);
    report.limit(
        "sqlrs prepare:psql, " + place.backendName(), whole, P50_BUDGET_MILLIS, "p50 <= 300 ms");
    report.limit(
        "sqlrs prepare:lb, 100 changesets, " + place.backendName(),
        liquibase,
        CHANGELOG_P50_BUDGET_MILLIS,
        "p50 <= 500 ms");
  }

  private void add(
      Samples samples,
      int round,
      Path directory,
      List<String> command,
      Map<String, String> environment) {
    long begin = System.nanoTime();
    var unused = Processes.run(command, directory, environment);
    if (round >= 0) {
      samples.addSince(begin);
    }
  }

  private static String dsn(String output) {
    return output
        .lines()
        .filter(line -> line.startsWith("DSN="))
        .map(line -> line.substring("DSN=".length()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("sqlrs printed no DSN"));
  }

  private static String psql() {
    String given = System.getenv("SQLRS_PSQL");
    return given == null ? "psql" : given;
  }
}
