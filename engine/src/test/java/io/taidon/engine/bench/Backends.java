package io.taidon.engine.bench;

import io.taidon.engine.JobView.PrepareResult;
import io.taidon.engine.bench.Settings.Place;
import java.nio.file.Path;

/** Measures one backend: requests and operations, with a small state and with a large one. */
final class Backends {
  private final Settings settings;
  private final Report report;
  private final BackendTable table;

  Backends(Settings settings, Report report, BackendTable table) {
    this.settings = settings;
    this.report = report;
    this.table = table;
  }

  void measure(Place place) throws Exception {
    Path workspace = StateSize.workspace(settings, place.directory().resolve("states"));
    try (EngineUnderTest engine =
        EngineUnderTest.open(place.directory().resolve("store"), place.backendName())) {
      for (StateSize size : StateSize.values()) {
        PrepareResult first = engine.prepare(workspace, size.arguments(settings));
        engine.delete(first);
        engine.awaitUpkeep();
        new CachedRequests(settings, report, table)
            .measure(engine, place, size, workspace, engine.stateDirectory(first));
        new BackendOperations(settings, report, table)
            .measure(engine, place, size, engine.stateDirectory(first));
      }
    }
  }
}
