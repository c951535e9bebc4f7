package io.taidon.engine.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.engine.JobView;
import io.taidon.engine.ListFilter;
import io.taidon.engine.StateView;
import io.taidon.engine.Thorough;
import io.taidon.engine.fault.FaultPoint;
import io.taidon.engine.local.LocalEngine;
import io.taidon.engine.postgres.TestClusters;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.opentest4j.TestAbortedException;

/** The process of an engine on each backend ends at moments of chance, with four jobs on each. */
@Timeout(600)
class BusyDeathTest {
  /** Fewer than the jobs of one backend pass. */
  private static final int MOST_POINTS = 60;

  static final List<Long> CHANCES = Thorough.orFirst(1, List.of(1L, 2L, 3L));

  private static final List<Seed> SEEDS = new ArrayList<>();

  @BeforeAll
  static void plant() throws Exception {
    for (StorePlace.Kind kind : StorePlace.ALL) {
      try {
        SEEDS.add(Seed.plant(kind.open()));
      } catch (TestAbortedException e) {
        // The matrix says why this machine cannot have it.
      }
    }
  }

  @AfterAll
  static void close() throws Exception {
    for (Seed seed : SEEDS) {
      seed.place().close();
    }
  }

  @ParameterizedTest
  @FieldSource("CHANCES")
  void whenever_it_is(long random) throws Exception {
    Path temporary = Files.createTempDirectory("taidon-crash-");
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (Deaths deaths = new Deaths(temporary, SEEDS.size())) {
      List<Scenario> scenarios = new ArrayList<>();
      for (Seed seed : SEEDS) {
        scenarios.add(scenario(seed, random));
      }
      int points = 1 + new Random(random).nextInt(MOST_POINTS * SEEDS.size());
      assertThat(halt(deaths, points, scenarios)).as("halted at point %d", points).isEmpty();
      for (int i = 0; i < scenarios.size(); i++) {
        recover(SEEDS.get(i), scenarios.get(i));
      }
      Awaitility.await("what the dead started")
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> assertThat(deaths.survivors()).isEmpty());
      assertThat(deaths.socketDirectories()).isEmpty();
    }
  }

  private static Scenario scenario(Seed seed, long random) throws IOException {
    Scenario scenario =
        new Scenario(
            Seed.directory(seed.place(), "r" + random),
            seed.place().backend().wireName(),
            Seed.home(),
            Workload.BUILD,
            FaultPoint.JOB_STORED,
            1);
    seed.sow(scenario);
    return scenario;
  }

  /** What the process says before it ends: nothing, if it was halted. */
  private static String halt(Deaths deaths, int points, List<Scenario> scenarios)
      throws IOException, InterruptedException {
    Process process = deaths.start(BusyEngines.class);
    try (BufferedReader out = process.inputReader()) {
      try (Writer in = process.outputWriter()) {
        in.write(points + "\n");
        for (Scenario scenario : scenarios) {
          in.write(scenario.line() + "\n");
        }
        in.write("\n");
      }
      String said = String.join("\n", out.lines().toList());
      return process.waitFor() == 0 ? said : said + deaths.log();
    } finally {
      Deaths.kill(process);
    }
  }

  private static void recover(Seed seed, Scenario scenario) throws Exception {
    LocalEngine engine = DyingEngines.open(scenario.store(), scenario.backend(), scenario.home());
    try {
      new StoreCheck(scenario.store(), engine).run();
      for (StateView state : engine.states(ListFilter.ALL)) {
        if (!seed.isSeeded(scenario.workload(), state.stateId())) {
          new ClusterCheck(TestClusters.home(17))
              .state(
                  Trees.backend(seed.place().backend()),
                  scenario.store().resolve("states").resolve(state.stateId()),
                  scenario.directory().resolve("check"));
        }
      }
      Client client = new Client(engine, scenario.workspace(), scenario.home());
      JobView again = Client.requireSuccess(client.prepareBoth(Optional.of(Client.NAME)));
      assertThat(again.result().orElseThrow().stateId()).isEqualTo(seed.both().hex());
      assertThat(client.query(Client.NAME, "select count(*) from t"))
          .isEqualTo(Integer.toString(Client.ROWS));
      new StoreCheck(scenario.store(), engine).run();
    } finally {
      engine.shutdown(false);
    }
    StoreCheck.requireFewMounts(scenario.store());
    seed.place().delete(scenario.directory());
  }
}
