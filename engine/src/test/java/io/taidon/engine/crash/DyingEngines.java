package io.taidon.engine.crash;

import io.taidon.engine.ListFilter;
import io.taidon.engine.fault.FaultPoint;
import io.taidon.engine.fault.FaultWatch;
import io.taidon.engine.liquibase.WorkerCommand;
import io.taidon.engine.local.EngineSettings;
import io.taidon.engine.local.LocalEngine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A process with many engines that are to die, each on a store of its own: an engine that reaches
 * its point stands still there, and each of its threads at the next point, and when all stand still
 * the process is killed. One death of a process so serves many scenarios.
 *
 * <p>Reads scenarios, a line each, until an empty line. Writes {@code reached} or {@code missed}
 * for each, then {@code standing}.
 */
final class DyingEngines {
  /** The system property that says where the shipped PostgreSQL sets are. */
  static final String SETS = "taidon.postgres.sets";

  /** The system property that says how many scenarios go on at the same time. */
  static final String THREADS = "taidon.crash.threads";

  private static final int PATIENCE_SECONDS = 40;

  /** The scenario that a thread works for, known to every thread that it starts. */
  private static final InheritableThreadLocal<Run> RUN = new InheritableThreadLocal<>();

  private DyingEngines() {}

  public static void main(String[] args) throws Exception {
    FaultWatch.watch(point -> {
      Run run = RUN.get();
      if (run != null) {
        run.passes(point);
      }
    });
    List<Scenario> scenarios = read();
    ExecutorService threads = Executors.newFixedThreadPool(Integer.getInteger(THREADS));
    List<Future<String>> outcomes = new ArrayList<>();
    for (Scenario scenario : scenarios) {
      outcomes.add(threads.submit(() -> new Run(scenario).go()));
    }
    for (Future<String> outcome : outcomes) {
      System.out.println(text(outcome));
    }
    System.out.println("standing");
    // Until we are killed, or whoever would do that is gone.
    int unused = System.in.read();
    Runtime.getRuntime().halt(0);
  }

  private static String text(Future<String> outcome) throws InterruptedException {
    try {
      return outcome.get();
    } catch (ExecutionException e) {
      e.printStackTrace();
      return "missed: " + e.getCause();
    }
  }

  private static List<Scenario> read() throws IOException {
    List<Scenario> scenarios = new ArrayList<>();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
      scenarios.add(Scenario.ofLine(line));
    }
    return scenarios;
  }

  static LocalEngine open(Path store, String backend, Optional<Path> home) {
    return LocalEngine.open(
        new EngineSettings(
            store,
            home.isPresent() ? List.of() : List.of(Path.of(System.getProperty(SETS))),
            Optional.of(backend),
            WorkerCommand.ofThisProcess(),
            Optional.empty()));
  }

  private static final class Run {
    private final Scenario scenario;
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger hits = new AtomicInteger();
    private volatile boolean armed;
    private volatile boolean dead;
    private volatile String outcome = "missed: the point was not reached in time";

    Run(Scenario scenario) {
      this.scenario = scenario;
    }

    void passes(FaultPoint point) {
      if (armed && point == scenario.point() && hits.incrementAndGet() == scenario.hit()) {
        dead = true;
        outcome = "reached";
        over.countDown();
      }
      while (dead) {
        LockSupport.park();
      }
    }

    String go() throws InterruptedException {
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            RUN.set(this);
            try {
              work();
            } catch (Throwable e) {
              e.printStackTrace();
              outcome = "missed: " + e;
              over.countDown();
            }
          });
      boolean unused = over.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return outcome;
    }

    private void work() throws InterruptedException {
      armed = scenario.workload().opens();
      LocalEngine engine = open(scenario.store(), scenario.backend(), scenario.home());
      Workload.Prelude rest =
          scenario.workload().begin(new Client(engine, scenario.workspace(), scenario.home()));
      awaitNoJobs(engine);
      armed = true;
      rest.act();
      // What is done in the background may still come.
    }

    /** The thread of a job does a little more after its client has heard of its end. */
    private static void awaitNoJobs(LocalEngine engine) {
      while (engine.jobs(ListFilter.ALL).size() > 0 && engine.status().activeJobs() > 0) {
        LockSupport.parkNanos(1_000_000);
      }
    }
  }
}
