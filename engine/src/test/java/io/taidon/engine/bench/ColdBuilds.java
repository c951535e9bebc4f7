package io.taidon.engine.bench;

import io.taidon.engine.JobView.PrepareResult;
import io.taidon.engine.bench.Settings.Place;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Builds with nothing cached: on an empty store, and on one that has PostgreSQL and state 0. */
final class ColdBuilds {
  private static final int ROUNDS = 3;

  private final Settings settings;
  private final Report report;

  ColdBuilds(Settings settings, Report report) {
    this.settings = settings;
    this.report = report;
  }

  void measure(Place place) throws InterruptedException {
    report.section("Nothing cached, request to first row: " + place.describe());
    Path store = place.directory().resolve("cold");
    try (EngineUnderTest engine = EngineUnderTest.open(store, place.backendName())) {
      Samples empty = new Samples();
      build(engine, settings.shop(), settings.shopArguments(), empty);
      report.fact("examples/shop, empty store: unpack, initdb, 3 steps", empty);
      measure(engine, "examples/shop, 3 steps", settings.shop(), settings.shopArguments());
      Optional<Path> chinook =
          Settings.testData()
              .map(data -> data.resolve("chinook/Chinook_PostgreSql.sql"))
              .filter(Files::isRegularFile);
      if (chinook.isEmpty()) {
        report.skipped("Chinook", "no TAIDON_TEST_DATA with chinook/Chinook_PostgreSql.sql");
        return;
      }
      Path workspace = chinook.get().toAbsolutePath().getParent();
      if (workspace != null) {
        measure(engine, "Chinook, 1 step", workspace, List.of("-f", "Chinook_PostgreSql.sql"));
      }
    }
  }

  private void measure(EngineUnderTest engine, String what, Path workspace, List<String> arguments)
      throws InterruptedException {
    Samples samples = new Samples();
    for (int i = 0; i < ROUNDS; i++) {
      engine.forgetBuiltStates();
      build(engine, workspace, arguments, samples);
    }
    report.fact(what, samples);
  }

  private static void build(
      EngineUnderTest engine, Path workspace, List<String> arguments, Samples samples)
      throws InterruptedException {
    long begin = System.nanoTime();
    PrepareResult made = engine.prepare(workspace, arguments);
    samples.addSince(begin);
    engine.delete(made);
  }
}
