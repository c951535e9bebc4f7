package io.taidon.engine.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.engine.JobView;
import io.taidon.engine.ListFilter;
import io.taidon.engine.StateView;
import io.taidon.engine.fault.FaultPoint;
import io.taidon.engine.local.LocalEngine;
import io.taidon.engine.postgres.TestClusters;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * An engine dies at every fault point, on the backends that {@link Matrix} says. Then the next
 * engine finds, or makes, registry, disk and processes agree; every state that it offers is whole;
 * and the same prepare gives the same id.
 */
@Timeout(900)
class CrashMatrixTest {
  static final List<StorePlace.Kind> PLACES = StorePlace.ALL;

  @ParameterizedTest
  @FieldSource("PLACES")
  @Execution(ExecutionMode.CONCURRENT)
  void after_a_death_at_any_point_all_is_as_it_should_be(StorePlace.Kind kind) throws Exception {
    try (StorePlace place = kind.open()) {
      Seed seed = Seed.plant(place);
      List<String> failures = new ArrayList<>();
      List<Matrix.Death> deaths = new Matrix(place.backend()).deaths();
      for (int start = 0; start < deaths.size(); start += kind.pace().batch()) {
        List<Matrix.Death> batch =
            deaths.subList(start, Math.min(deaths.size(), start + kind.pace().batch()));
        failures.addAll(new Batch(seed, start, kind.pace().threads()).run(batch));
      }
      assertThat(failures).isEmpty();
    }
  }

  /** Some deaths at once. */
  private static final class Batch {
    private final Seed seed;
    private final int number;
    private final int threads;

    Batch(Seed seed, int number, int threads) {
      this.seed = seed;
      this.number = number;
      this.threads = threads;
    }

    List<String> run(List<Matrix.Death> batch) throws Exception {
      List<Scenario> scenarios = new ArrayList<>();
      for (Matrix.Death death : batch) {
        scenarios.add(sow(death, scenarios.size()));
      }
      List<String> failures = new ArrayList<>();
      Path temporary = Files.createTempDirectory("taidon-crash-");
      Files.setPosixFilePermissions(
          temporary, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
      try (Deaths deaths = new Deaths(temporary, threads)) {
        leaveWorkForRecovery(deaths, scenarios);
        List<String> outcomes = deaths.die(scenarios);
        failures.addAll(recover(batch, scenarios, outcomes));
        if (failures.isEmpty()) {
          requireNothingLeft(deaths);
        } else {
          failures.add(deaths.log());
        }
      }
      return failures;
    }

    private static void requireNothingLeft(Deaths deaths) throws IOException {
      Awaitility.await("what the dead started")
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> assertThat(deaths.survivors()).isEmpty());
      assertThat(deaths.socketDirectories()).isEmpty();
    }

    private Scenario sow(Matrix.Death death, int index) throws IOException {
      Scenario scenario =
          new Scenario(
              Seed.directory(seed.place(), "d" + (number + index)),
              seed.place().backend().wireName(),
              death.workload() == Workload.UNPACK ? Optional.empty() : Seed.home(),
              death.workload(),
              death.point(),
              death.hit());
      seed.sow(scenario);
      return scenario;
    }

    /** Those that die in recovery need something to recover: an instance and a build. */
    private static void leaveWorkForRecovery(Deaths deaths, List<Scenario> scenarios)
        throws Exception {
      List<Scenario> before =
          scenarios.stream()
              .filter(s -> s.workload() == Workload.RECOVER)
              .map(s ->
                  new Scenario(
                      s.directory(),
                      s.backend(),
                      s.home(),
                      Workload.REPLACE,
                      FaultPoint.BUILD_SERVER_STARTED,
                      1))
              .toList();
      if (!before.isEmpty()) {
        assertThat(deaths.die(before)).as(deaths.log()).allMatch("reached"::equals);
      }
    }

    private List<String> recover(
        List<Matrix.Death> batch, List<Scenario> scenarios, List<String> outcomes)
        throws InterruptedException {
      List<String> failures = new ArrayList<>();
      try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
        List<Future<?>> recoveries = new ArrayList<>();
        for (int i = 0; i < scenarios.size(); i++) {
          Recovery recovery = new Recovery(seed, batch.get(i), scenarios.get(i));
          String outcome = outcomes.get(i);
          recoveries.add(
              pool.submit(() -> {
                recovery.run();
                assertThat(outcome).isEqualTo("reached");
                return true;
              }));
        }
        for (int i = 0; i < scenarios.size(); i++) {
          try {
            recoveries.get(i).get();
          } catch (ExecutionException e) {
            failures.add(scenarios.get(i) + ": " + text(e.getCause()));
          }
        }
      }
      return failures;
    }

    private static String text(Throwable failure) {
      StringWriter text = new StringWriter();
      failure.printStackTrace(new PrintWriter(text));
      return text.toString();
    }
  }

  /** The next engine on the store of one dead one. */
  private record Recovery(Seed seed, Matrix.Death death, Scenario scenario) {

    void run() throws Exception {
      LocalEngine engine = DyingEngines.open(scenario.store(), scenario.backend(), scenario.home());
      try {
        new StoreCheck(scenario.store(), engine).run();
        death.instances().ifPresent(n -> assertThat(engine.instances(ListFilter.ALL)).hasSize(n));
        List<String> kept = engine.states(ListFilter.ALL).stream().map(StateView::stateId).toList();
        JobView.PrepareResult again = prepareAgain(engine);
        statesAreWhole(kept, again);
        new StoreCheck(scenario.store(), engine).run();
      } finally {
        engine.shutdown(false);
      }
      StoreCheck.requireFewMounts(scenario.store());
      seed.place().delete(scenario.directory());
    }

    /**
     * The instance that was just made shows it of its state and of the one that the build went on
     * from; others get a server of their own. Those of the seed were whole before.
     */
    private void statesAreWhole(List<String> kept, JobView.PrepareResult again) throws IOException {
      ClusterCheck check = new ClusterCheck(TestClusters.home(17));
      check.instance(
          scenario.store().resolve("instances").resolve(again.instanceId().orElseThrow()));
      for (String state : kept) {
        boolean shown = again.stepsRun() > 0 || state.equals(again.stateId());
        if (!shown && !seed.isSeeded(scenario.workload(), state)) {
          check.state(
              Trees.backend(seed.place().backend()),
              scenario.store().resolve("states").resolve(state),
              scenario.directory().resolve("check"));
        }
      }
    }

    private JobView.PrepareResult prepareAgain(LocalEngine engine) throws InterruptedException {
      Client client = new Client(engine, scenario.workspace(), scenario.home());
      JobView again =
          Client.requireSuccess(
              switch (scenario.workload()) {
                case CHANGELOG -> client.prepareChangelog();
                case REPLACE, RECOVER -> client.prepareBoth(Optional.of(Client.NAME));
                default -> client.prepareBoth(Optional.empty());
              });
      JobView.PrepareResult result = again.result().orElseThrow();
      death.stepsLeft().ifPresent(n -> assertThat(result.stepsRun()).isEqualTo(n));
      if (scenario.workload() != Workload.UNPACK) {
        assertThat(result.stateId())
            .isEqualTo(
                (scenario.workload() == Workload.CHANGELOG ? seed.changelog() : seed.both()).hex());
      }
      assertThat(client.query(Client.instance(again), "select count(*) from t"))
          .isEqualTo(Integer.toString(Client.ROWS));
      return result;
    }
  }
}
