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
  private static final int WARM_UP = 16;
  private static final int AT_ONCE = 16;
  private static final double P50_BUDGET = 1.5;
  private static final double P95_BUDGET = 2.5;

  private final Settings settings;
  private final Report report;
  private final BackendTable table;

  CachedRequests(Settings settings, Report report, BackendTable table) {
    this.settings = settings;
    this.report = report;
    this.table = table;
  }

  /**
   * @param state the directory of the state that a request with the size's arguments ends in
   */
  void measure(EngineUnderTest engine, Place place, StateSize size, Path workspace, Path state)
      throws Exception {
    report.section(
        "Cached "
            + size.wireName()
            + " state to first row, inside the engine: "
            + place.describe());
    Path clones = Files.createDirectories(place.directory().resolve("floor"));
    Floor floor = new Floor(engine.postgresHome(), state, clones, place.backend());
    Request request = () -> engine.prepare(workspace, size.arguments(settings));
    inTurn(engine, floor, place, size, request);
    if (!place.isCopyOnWrite()) {
      report.skipped(AT_ONCE + " at once", "16 copies measure the disk alone");
    } else if (size == StateSize.SMALL) {
      atOnce(engine, floor, settings.bursts(), request);
    }
  }

  /** Makes an instance. */
  private interface Request {
    PrepareResult make() throws InterruptedException;
  }

  private void inTurn(
      EngineUnderTest engine, Floor floor, Place place, StateSize size, Request request)
      throws Exception {
    boolean warms = place.isCopyOnWrite() && size == StateSize.SMALL;
    for (int i = 0; i < (warms ? WARM_UP : 1); i++) {
      var unused = floor.once();
      engine.delete(request.make());
    }
    Samples floorClone = new Samples();
    Samples floorRow = new Samples();
    Samples whole = new Samples();
    Map<String, Samples> stations = new LinkedHashMap<>();
    try (Moments moments = new Moments()) {
      for (int i = 0; i < size.requests(settings, place); i++) {
        Floor.Passed passed = floor.once();
        floorClone.add(passed.clonedMillis());
        floorRow.add(passed.firstRowMillis());
        moments.begin();
        long begin = System.nanoTime();
        PrepareResult made = request.make();
        whole.addSince(begin);
        moments.end();
        made.timelineMillis()
            .forEach(
                (station, at) -> stations.computeIfAbsent(station, _ -> new Samples()).add(at));
        engine.delete(made);
      }
      moments.stretches().forEach((stretch, took) -> report.fact("  " + stretch, took));
    }
    report.fact("floor: clone (" + cheapestClone(place.backend()) + ")", floorClone);
    report.fact("floor: clone + bare postgres + SELECT 1", floorRow);
    stations.forEach((station, at) -> report.fact("request: " + station, at));
    table.put(place, size, BackendTable.REQUEST, whole, floorRow);
    String name = "request: its follower has the result";
    if (!place.isCopyOnWrite()) {
      report.ratio(name, whole, floorRow);
    } else {
      report.ratio(name, whole, floorRow, P50_BUDGET, P95_BUDGET);
    }
  }

  private void atOnce(EngineUnderTest engine, Floor floor, int bursts, Request one)
      throws Exception {
    Samples floorRow = new Samples();
    Samples request = new Samples();
    for (int burst = 0; burst < bursts; burst++) {
      var unused = together(floorRow, floor::once);
      for (PrepareResult made : together(request, one::make)) {
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
