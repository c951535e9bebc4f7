package io.taidon.engine.bench;

import io.taidon.engine.JobView.PrepareResult;
import io.taidon.engine.bench.Settings.Place;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Changelogs: built for the first time, from the cache, and with one changeset edited, beside
 * Liquibase alone on an empty database that runs already.
 */
final class ChangelogBuilds {
  private static final double CACHED_BUDGET_MILLIS = 500;
  private static final String WORKER = "LiquibaseWorker";
  private static final Pattern SERVER = Pattern.compile("/postgres .*-D");
  private static final int THIN = 10;

  private final Settings settings;
  private final Report report;

  ChangelogBuilds(Settings settings, Report report) {
    this.settings = settings;
    this.report = report;
  }

  void measure(Place place) throws Exception {
    new Measurement(place, 50, 50).mixed();
    if (place.isCopyOnWrite()) {
      new Measurement(place, 500, 0).manyOrFewStates();
    }
  }

  /** One changelog at one place. */
  private final class Measurement {
    private final Place place;
    private final Path store;
    private final GeneratedChangelog changelog;

    Measurement(Place place, int inSql, int inXml) throws IOException {
      this.place = place;
      this.store = place.directory().resolve("changelogs");
      this.changelog =
          new GeneratedChangelog(
              place.directory().resolve("changelog-" + (inSql + inXml)), inSql, inXml);
      report.section(
          "Changelog of %d changesets (%d formatted SQL, %d XML): %s"
              .formatted(changelog.changesets(), inSql, inXml, place.describe()));
    }

    /** A state per changeset where that is cheap. */
    void mixed() throws Exception {
      int every = place.isCopyOnWrite() ? 1 : THIN;
      int heavy = place.isCopyOnWrite() ? 2 : 1;
      plain(heavy);
      Samples cold = new Samples();
      Samples warm = new Samples();
      for (int i = 0; i < heavy; i++) {
        try (EngineUnderTest engine = open()) {
          first(engine, every, cold);
          if (place.isCopyOnWrite()) {
            first(engine, every, warm);
          }
        }
      }
      report.fact("first run, cold worker, " + checkpoint(every), cold);
      if (!warm.isEmpty()) {
        report.fact("first run, warm worker, " + checkpoint(every), warm);
      }
      cached(Math.max(settings.rounds(place) / 2, 1));
      try (EngineUnderTest engine = open()) {
        edited(engine, changelog.changesets(), every, heavy);
        edited(engine, changelog.changesets() / 2, every, heavy);
      }
    }

    /** With all states and with some. */
    void manyOrFewStates() throws Exception {
      plain(1);
      double[] millis = new double[2];
      try (EngineUnderTest engine = open()) {
        for (int every : List.of(1, THIN)) {
          Samples first = new Samples();
          first(engine, every, first);
          report.fact("first run, " + checkpoint(every), first);
          millis[every == 1 ? 0 : 1] = first.p50();
          edited(engine, changelog.changesets(), every, 2);
        }
      }
      report.note(
          "--checkpoint %d saves %s of the first run"
              .formatted(THIN, percent(1 - millis[1] / millis[0])));
      cached(Math.max(settings.rounds() / 4, 1));
    }

    private EngineUnderTest open() {
      return EngineUnderTest.open(store, place.backendName());
    }

    /** Liquibase alone: a program of its own, then in this process once it is warm. */
    private void plain(int rounds) throws Exception {
      Path workspace = Files.createDirectories(place.directory().resolve("empty"));
      Files.writeString(workspace.resolve("empty.sql"), "select 1;\n");
      Samples program = new Samples();
      Samples warm = new Samples();
      try (EngineUnderTest engine = open()) {
        for (int i = 0; i < rounds; i++) {
          PrepareResult empty = engine.prepare(workspace, List.of("-f", "empty.sql"));
          long begin = System.nanoTime();
          runProgram(empty);
          program.addSince(begin);
          engine.delete(empty);
        }
        for (int i = -1; i < rounds; i++) {
          PrepareResult empty = engine.prepare(workspace, List.of("-f", "empty.sql"));
          long begin = System.nanoTime();
          runHere(empty);
          if (i >= 0) {
            warm.addSince(begin);
          }
          engine.delete(empty);
        }
      }
      report.fact("plain Liquibase update, its own JVM, empty database runs", program);
      report.fact("plain Liquibase update, warm JVM, empty database runs", warm);
    }

    private void runProgram(PrepareResult database) {
      var unused =
          Processes.run(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin/java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  PlainUpdate.class.getName(),
                  changelog.workspace().toString()),
              changelog.workspace(),
              Processes.connection(database.dsn().orElseThrow()));
    }

    private void runHere(PrepareResult database) throws Exception {
      URI uri = URI.create(database.dsn().orElseThrow());
      Map<String, String> as = Processes.connection(uri.toString());
      PlainUpdate.run(
          changelog.workspace(),
          "jdbc:postgresql://%s:%d%s".formatted(uri.getHost(), uri.getPort(), uri.getPath()),
          as.getOrDefault("PGUSER", ""),
          as.getOrDefault("PGPASSWORD", ""));
    }

    /** The first changeset is edited, so that no state fits. */
    private void first(EngineUnderTest engine, int every, Samples samples) throws Exception {
      changelog.edit(1);
      build(engine, every, samples, changelog.changesets());
    }

    private void edited(EngineUnderTest engine, int changeset, int every, int rounds)
        throws Exception {
      int from = (changeset - 1) / every * every;
      Samples samples = new Samples();
      for (int i = 0; i < rounds; i++) {
        changelog.edit(changeset);
        build(engine, every, samples, changelog.changesets() - from);
      }
      report.fact(
          "changeset %d edited, %d run, %s"
              .formatted(changeset, changelog.changesets() - from, checkpoint(every)),
          samples);
    }

    private void build(EngineUnderTest engine, int every, Samples samples, int expected)
        throws InterruptedException {
      long begin = System.nanoTime();
      PrepareResult made = engine.prepareChangelog(changelog, every);
      samples.addSince(begin);
      if (made.stepsRun() != expected) {
        throw new IllegalStateException(made.stepsRun() + " steps ran, not " + expected);
      }
      engine.delete(made);
    }

    /** In a new engine, which has no worker yet; the first request is in the figures. */
    private void cached(int rounds) throws Exception {
      Samples planned = new Samples();
      Samples whole = new Samples();
      int ran = 0;
      List<String> forPlans;
      List<String> forInstances;
      try (EngineUnderTest engine = open()) {
        try (StartedProcesses processes = new StartedProcesses()) {
          for (int i = 0; i < rounds; i++) {
            long begin = System.nanoTime();
            engine.planChangelog(changelog);
            planned.addSince(begin);
          }
          forPlans = processes.commands();
        }
        try (StartedProcesses processes = new StartedProcesses()) {
          for (int i = 0; i < rounds; i++) {
            long begin = System.nanoTime();
            PrepareResult made = engine.prepareChangelog(changelog, 1);
            whole.addSince(begin);
            ran += made.stepsRun();
            engine.delete(made);
          }
          forInstances = processes.commands();
        }
      }
      report.fact("fully cached: plan only", planned);
      report.limit(
          "fully cached: prepare, its follower has the result",
          whole,
          CACHED_BUDGET_MILLIS,
          "p50 <= 500 ms");
      long workers = forInstances.stream().filter(command -> command.contains(WORKER)).count();
      report.note("%d plans started %s".formatted(rounds, counted(forPlans)));
      report.note(
          "%d prepares ran %d steps and started %s".formatted(rounds, ran, counted(forInstances)));
    }

    /** Servers are told their data directory; other uses of the same program are not. */
    private static String counted(List<String> commands) {
      List<String> workers = commands.stream().filter(line -> line.contains(WORKER)).toList();
      List<String> servers = commands.stream().filter(line -> SERVER.matcher(line).find()).toList();
      List<String> others = new ArrayList<>(commands);
      others.removeAll(workers);
      others.removeAll(servers);
      return "%d Liquibase workers, %d PostgreSQL servers, %d others%s"
          .formatted(
              workers.size(), servers.size(), others.size(), others.isEmpty() ? "" : " " + others);
    }

    private static String checkpoint(int every) {
      return "--checkpoint " + every;
    }

    private static String percent(double share) {
      return String.format(Locale.ROOT, "%.0f%%", 100 * share);
    }
  }
}
