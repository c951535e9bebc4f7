package io.taidon.runner.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.taidon.core.plan.Plan;
import io.taidon.core.plan.PlannedStep;
import io.taidon.core.plan.Planner;
import io.taidon.core.plan.StepKind;
import io.taidon.core.segment.Manifest;
import io.taidon.core.segment.PodResult;
import io.taidon.core.segment.SegmentRequest;
import io.taidon.core.segment.SegmentRequest.Build;
import io.taidon.core.segment.SegmentRequest.Invocation;
import io.taidon.core.segment.SegmentText;
import io.taidon.core.state.StateId;
import io.taidon.engine.postgres.PostgresServer;
import io.taidon.engine.postgres.ServerOptions;
import io.taidon.engine.postgres.SimpleQueryConnection;
import io.taidon.engine.postgres.TestClusters;
import io.taidon.runner.Pod;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A build in a pod's directories, with a real server and a node that takes real copies. */
class BuildTest {
  private static final List<Invocation> BOTH_TOOLS =
      List.of(
          new Invocation(StepKind.PSQL, List.of("-f", "a.sql", "-f", "b.sql")),
          new Invocation(StepKind.LIQUIBASE, List.of("update", "--changelog-file=c.sql")));

  private Pod pod;
  private SealingNode node;

  @BeforeEach
  void begin() throws Exception {
    pod = new Pod();
    node = new SealingNode(pod.places.state());
    write("a.sql", "create table a(x int);\ninsert into a values (1);\n");
    write("b.sql", "insert into a values (2);\n");
    write(
        "c.sql",
        "--liquibase formatted sql\n--changeset t:1\ninsert into a values (3);\n"
            + "--changeset t:2\ninsert into a values (4);\n");
    fetch();
  }

  @AfterEach
  void end() throws Exception {
    node.close();
  }

  @Test
  void sealsEveryStateFromAnEmptyDirectory() throws Exception {
    Plan plan = plan(BOTH_TOOLS);
    List<StateId> seals = new ArrayList<>(List.of(plan.base()));
    seals.addAll(outputs(plan));

    assertThat(build(plan, BOTH_TOOLS, Optional.empty(), 1, seals)).as(pod.log()).isZero();

    assertThat(node.sealed).isEqualTo(seals.stream().map(StateId::hex).toList());
    assertThat(pod.result())
        .isInstanceOfSatisfying(
            PodResult.Built.class,
            built -> {
              assertThat(built.sealed()).isEqualTo(5);
              assertThat(built.stepMillis()).hasSize(4);
            });
    assertThat(query(node.state(seals.getLast().hex()), "select sum(x) from a")).isEqualTo("10");
    assertThat(query(node.state(seals.get(2).hex()), "select sum(x) from a")).isEqualTo("3");
  }

  @Test
  void goesOnFromAStateAndSealsOnlyWhatItMay() throws Exception {
    Plan plan = plan(BOTH_TOOLS);
    StateId second = outputs(plan).get(1);
    assertThat(build(plan, BOTH_TOOLS, Optional.empty(), 1, List.of(second))).isZero();

    Pod next = new Pod();
    TestClusters.copy(pod.places.source(), next.places.source().resolve("files"));
    TestClusters.copy(node.state(second.hex()), next.places.state().resolve("pgdata"));
    // As a state that was taken live would have it.
    Files.writeString(next.places.state().resolve("pgdata/postmaster.pid"), "1\n");
    node.close();
    pod = next;
    try (SealingNode other = new SealingNode(next.places.state())) {
      assertThat(next.run("fetch", Map.of("TAIDON_SOURCE", "directory"))).isZero();
      TestClusters.copy(next.places.files().resolve("files/."), next.places.files());
      StateId last = plan.finalState();
      assertThat(build(plan, BOTH_TOOLS, Optional.of(second), 3, List.of(last)))
          .as(next.log())
          .isZero();
      assertThat(other.sealed).containsExactly(last.hex());
      assertThat(query(other.state(last.hex()), "select sum(x) from a")).isEqualTo("10");
    }
  }

  @Test
  void aFailedStepNamesItselfItsPlaceAndTheSqlState() throws Exception {
    write("b.sql", "select 1;\nselec 2;\n");
    fetch();
    Plan plan = plan(BOTH_TOOLS);

    assertThat(build(plan, BOTH_TOOLS, Optional.empty(), 1, outputs(plan))).isEqualTo(1);

    assertThat(node.sealed).containsExactly(outputs(plan).getFirst().hex());
    assertThat(pod.result())
        .isInstanceOfSatisfying(
            PodResult.Failed.class,
            failed -> {
              assertThat(failed.sealed()).isEqualTo(1);
              assertThat(failed.failure().code().wireCode()).isEqualTo("script_failed");
              assertThat(failed.failure().step()).contains("-f b.sql");
              assertThat(failed.failure().place()).contains("b.sql:2");
              assertThat(failed.failure().sqlState()).contains("42601");
            });
    assertThat(pod.places.state().resolve("pgdata/postmaster.pid")).doesNotExist();
  }

  @Test
  void sourcesThatChangedAreNotApplied() throws Exception {
    Plan plan = plan(BOTH_TOOLS);
    Files.writeString(pod.places.files().resolve("b.sql"), "insert into a values (99);\n");

    assertThat(build(plan, BOTH_TOOLS, Optional.empty(), 1, outputs(plan))).isEqualTo(1);

    assertThat(failure()).isEqualTo("input_changed");
    assertThat(node.sealed).isEmpty();
    assertThat(pod.places.state().resolve("pgdata")).doesNotExist();
  }

  @Test
  void whatTheNodeRefusesIsPassedOn() throws Exception {
    node.refuse("error disk_full The pool is full.");
    Plan plan = plan(BOTH_TOOLS);

    assertThat(build(plan, BOTH_TOOLS, Optional.empty(), 1, outputs(plan))).isEqualTo(1);

    assertThat(failure()).isEqualTo("disk_full");
  }

  @Test
  void aTermSignalStopsTheServerAndLeavesAResult() throws Exception {
    write("b.sql", "select pg_sleep(1000);\n");
    fetch();
    Plan plan = plan(BOTH_TOOLS);
    CompletableFuture<Integer> exit = new CompletableFuture<>();
    Thread work =
        Thread.ofPlatform()
            .start(() -> {
              try {
                exit.complete(build(plan, BOTH_TOOLS, Optional.empty(), 1, outputs(plan)));
              } catch (Exception e) {
                exit.completeExceptionally(e);
              }
            });
    await().atMost(Duration.ofMinutes(1)).until(() -> node.sealed.size() == 1);
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> Files.exists(pod.places.state().resolve("pgdata/postmaster.pid")));
    // What the shutdown hook of the process does.
    work.interrupt();

    assertThat(exit.get()).isEqualTo(1);
    assertThat(failure()).isEqualTo("cancelled");
    assertThat(pod.places.state().resolve("pgdata/postmaster.pid")).doesNotExist();
  }

  private void write(String name, String text) throws Exception {
    Files.writeString(pod.places.source().resolve(name), text);
  }

  private void fetch() throws Exception {
    if (Files.exists(pod.places.files())) {
      for (String name : List.of("a.sql", "b.sql", "c.sql")) {
        Files.deleteIfExists(pod.places.files().resolve(name));
      }
    }
    assertThat(pod.run("fetch", Map.of("TAIDON_SOURCE", "directory"))).as(pod.log()).isZero();
  }

  private Plan plan(List<Invocation> invocations) throws Exception {
    assertThat(
            pod.run(
                "plan",
                new SegmentRequest(
                    OptionalInt.empty(), Optional.empty(), invocations, Optional.empty())))
        .as(pod.log())
        .isZero();
    Manifest manifest = SegmentText.manifest(new String(pod.out(), StandardCharsets.UTF_8));
    return Planner.plan(manifest.base(), manifest.steps(), _ -> false);
  }

  private int build(
      Plan plan,
      List<Invocation> invocations,
      Optional<StateId> start,
      int first,
      List<StateId> seals)
      throws Exception {
    return pod.run(
        "build",
        new SegmentRequest(
            OptionalInt.of(17),
            Optional.empty(),
            invocations,
            Optional.of(new Build(start, outputs(plan), first, seals))));
  }

  private static List<StateId> outputs(Plan plan) {
    return plan.steps().stream().map(PlannedStep::output).toList();
  }

  private String failure() throws Exception {
    return ((PodResult.Failed) pod.result()).failure().code().wireCode();
  }

  private static String query(Path state, String sql) throws Exception {
    PostgresServer server =
        PostgresServer.start(
            TestClusters.home(17),
            TestClusters.OS_USER,
            ServerOptions.instance(state, state.resolveSibling(state.getFileName() + "-control")));
    try (SimpleQueryConnection connection = server.connect("postgres")) {
      return connection.query(sql).getFirst().getFirst().orElse("");
    } finally {
      server.stop(PostgresServer.StopMode.IMMEDIATE);
    }
  }
}
