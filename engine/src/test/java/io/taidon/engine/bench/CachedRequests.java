package io.taidon.engine.bench;

import io.taidon.engine.JobView.PrepareResult;
import io.taidon.engine.bench.Settings.Place;
import io.taidon.engine.snapshot.BackendKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Request to first row of a cached state, beside its floor: one after the other, floor and product
 * in turn so that a noisy machine is noisy for both, then many at once.
 */
final class CachedRequests {
  private static final int WARM_UP = 8;
  private static final int AT_ONCE = 16;
  private static final double P50_BUDGET = 1.5;
  private static final double P95_BUDGET = 2.5;

  private final Settings settings;
  private final Report report;

  CachedRequests(Settings settings, Report report) {
    this.settings = settings;
    this.report = report;
  }

  void measure(Place place) throws Exception {
    report.section("Cached state to first row, inside the engine: " + place.describe());
    try (EngineUnderTest engine =
        EngineUnderTest.open(place.directory().resolve("store"), place.backendName())) {
      PrepareResult first = engine.prepare(settings.shop(), settings.shopArguments());
      engine.delete(first);
      Path clones = Files.createDirectories(place.directory().resolve("floor"));
      Floor floor =
          new Floor(engine.postgresHome(), engine.stateDirectory(first), clones, place.backend());
      inTurn(engine, floor, place);
      if (place.isCopyOnWrite()) {
        atOnce(engine, floor, settings.bursts());
      } else {
        report.skipped(AT_ONCE + " at once", "16 copies measure the disk alone");
      }
    }
  }

  private void inTurn(EngineUnderTest engine, Floor floor, Place place) throws Exception {
    for (int i = 0; i < (place.isCopyOnWrite() ? WARM_UP : 1); i++) {
      var unused = floor.once();
      engine.delete(engine.prepare(settings.shop(), settings.shopArguments()));
    }
    Samples floorClone = new Samples();
    Samples floorRow = new Samples();
    Samples request = new Samples();
    Map<String, Samples> stations = new LinkedHashMap<>();
    for (int i = 0; i < settings.rounds(place); i++) {
      Floor.Passed passed = floor.once();
      floorClone.add(passed.clonedMillis());
      floorRow.add(passed.firstRowMillis());
      long begin = System.nanoTime();
      PrepareResult made = engine.prepare(settings.shop(), settings.shopArguments());
      request.addSince(begin);
      made.timelineMillis()
          .forEach((station, at) -> stations.computeIfAbsent(station, _ -> new Samples()).add(at));
      engine.delete(made);
    }
    report.fact("floor: clone (" + cheapestClone(place.backend()) + ")", floorClone);
    report.fact("floor: clone + bare postgres + SELECT 1", floorRow);
    stations.forEach((station, at) -> report.fact("request: " + station, at));
    String whole = "request: its follower has the result";
    if (!place.isCopyOnWrite()) {
      report.ratio(whole, request, floorRow);
    } else {
      report.ratio(whole, request, floorRow, P50_BUDGET, P95_BUDGET);
    }
  }

  private void atOnce(EngineUnderTest engine, Floor floor, int bursts) throws Exception {
    Samples floorRow = new Samples();
    Samples request = new Samples();
    for (int burst = 0; burst < bursts; burst++) {
      var unused = together(floorRow, floor::once);
      for (PrepareResult made :
          together(request, () -> engine.prepare(settings.shop(), settings.shopArguments()))) {
        engine.delete(made);
      }
    }
    report.fact(AT_ONCE + " floors at once", floorRow);
    report.ratio(AT_ONCE + " requests at once", request, floorRow);
  }

  /** Does it in many threads that begin at the same moment; each takes its own time. */
  private static <T> List<T> together(Samples samples, Callable<T> work)
      throws InterruptedException, ExecutionException {
    CountDownLatch start = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Future<T>> running = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        running.add(
            threads.submit(() -> {
              start.await();
              long begin = System.nanoTime();
              T result = work.call();
              samples.addSince(begin);
              return result;
            }));
      }
      start.countDown();
      List<T> results = new ArrayList<>();
      for (Future<T> one : running) {
        results.add(one.get());
      }
      return results;
    }
  }

  private static String cheapestClone(BackendKind kind) {
    return switch (kind) {
      case BTRFS -> "subvolume snapshot, ioctl";
      case ZFS -> "zfs clone";
      case REFLINK -> "cp -a --reflink=always";
      case OVERLAY -> "mount -t overlay";
      case COPY -> "cp -a";
    };
  }
}
