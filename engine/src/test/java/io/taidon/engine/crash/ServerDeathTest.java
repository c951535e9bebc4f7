package io.taidon.engine.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.engine.JobView;
import io.taidon.engine.ListFilter;
import io.taidon.engine.fault.FaultPoint;
import io.taidon.engine.fault.FaultWatch;
import io.taidon.engine.local.LocalEngine;
import io.taidon.engine.snapshot.BackendKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PostgreSQL is killed (SIGKILL) under a living engine, at each phase of a prepare. */
@Timeout(600)
class ServerDeathTest {
  private static StorePlace place;
  private static Seed seed;
  private static int number;

  /** What killed postmasters leave in memory and nobody knows any more. */
  private static final Set<Path> SHARED_MEMORY = new HashSet<>();

  @BeforeAll
  static void plant() throws Exception {
    place =
        StorePlace.ALL.stream()
            .filter(k -> k.backend() == BackendKind.COPY)
            .findFirst()
            .orElseThrow()
            .open();
    seed = Seed.plant(place);
  }

  @AfterAll
  static void close() throws Exception {
    if (place != null) {
      place.close();
    }
    for (Path file : SHARED_MEMORY) {
      Files.deleteIfExists(file);
    }
  }

  @AfterEach
  void watchNoMore() {
    FaultWatch.stop();
  }

  @ParameterizedTest
  @CsvSource({
    "INITDB, INITDB_STARTED, initdb",
    "BUILD, BUILD_SERVER_STARTED, postgres",
    "BUILD, STEPS_APPLIED, postgres",
    "MAKE_INSTANCE, INSTANCE_SERVER_STARTED, postgres",
    "MAKE_INSTANCE, INSTANCE_READY, postgres",
    "REPLACE, INSTANCE_READY, postgres",
  })
  void the_job_says_so_and_the_next_one_succeeds(
      Workload workload, FaultPoint point, String program) throws Exception {
    Scenario scenario = scenario(workload, point);
    LocalEngine engine = DyingEngines.open(scenario.store(), scenario.backend(), scenario.home());
    try {
      Client client = new Client(engine, scenario.workspace(), scenario.home());
      Workload.Prelude rest = workload.begin(client);
      AtomicInteger killed = killAt(point, program, scenario.store());
      rest.act();
      assertThat(killed).hasPositiveValue();
      JobView job = engine.jobs(ListFilter.ALL).getLast();
      job.error().ifPresent(e -> assertThat(e.code()).isIn("postgres_failed", "script_failed"));
      assertThat(job.status().isTerminal()).isTrue();
      new StoreCheck(scenario.store(), engine).run();
      FaultWatch.stop();
      prepareAgain(client, workload);
      new StoreCheck(scenario.store(), engine).run();
    } finally {
      engine.shutdown(false);
    }
  }

  @Test
  void in_the_midst_of_a_step() throws Exception {
    Scenario scenario = scenario(Workload.BUILD, FaultPoint.STEPS_APPLIED);
    LocalEngine engine = DyingEngines.open(scenario.store(), scenario.backend(), scenario.home());
    try {
      Client client = new Client(engine, scenario.workspace(), scenario.home());
      JobView job =
          client.submit(
              io.taidon.core.plan.StepKind.PSQL,
              List.of("-c", "select pg_sleep(600)"),
              Optional.empty());
      org.awaitility.Awaitility.await()
          .until(() -> Processes.all().anyMatch(p -> p.command().contains("pg_sleep(600)")));
      kill("postgres", scenario.store());
      assertThat(client.await(job).error())
          .hasValueSatisfying(e -> assertThat(e.code()).isIn("postgres_failed", "script_failed"));
      new StoreCheck(scenario.store(), engine).run();
      prepareAgain(client, Workload.BUILD);
    } finally {
      engine.shutdown(false);
    }
  }

  private static Scenario scenario(Workload workload, FaultPoint point) throws IOException {
    Scenario scenario =
        new Scenario(
            Seed.directory(place, "s" + ++number),
            place.backend().wireName(),
            Seed.home(),
            workload,
            point,
            1);
    seed.sow(scenario);
    return scenario;
  }

  private static AtomicInteger killAt(FaultPoint point, String program, Path store) {
    AtomicInteger killed = new AtomicInteger();
    FaultWatch.watch(reached -> {
      if (reached == point && killed.get() == 0) {
        killed.addAndGet(kill(program, store));
      }
    });
    return killed;
  }

  /** Kills the main processes of a program: postmasters, whose children see to themselves. */
  private static int kill(String program, Path store) {
    Processes.all().filter(p -> p.uses(store)).forEach(p -> SHARED_MEMORY.addAll(p.sharedMemory()));
    List<Processes> found =
        Processes.all()
            .filter(p -> p.uses(store) && p.command().contains("/bin/" + program + " "))
            .toList();
    found.forEach(Processes::kill);
    return found.size();
  }

  private static void prepareAgain(Client client, Workload workload) throws InterruptedException {
    Optional<String> name =
        workload == Workload.REPLACE ? Optional.of(Client.NAME) : Optional.empty();
    JobView again = Client.requireSuccess(client.prepareBoth(name));
    assertThat(again.result().orElseThrow().stateId()).isEqualTo(seed.both().hex());
    assertThat(client.query(Client.instance(again), "select count(*) from t"))
        .isEqualTo(Integer.toString(Client.ROWS));
  }
}
