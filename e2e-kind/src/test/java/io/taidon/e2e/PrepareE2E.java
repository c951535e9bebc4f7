package io.taidon.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.taidon.core.plan.StepKind;
import io.taidon.crds.v1alpha1.InstanceReason;
import io.taidon.crds.v1alpha1.JobReason;
import io.taidon.crds.v1alpha1.PrepareJob;
import io.taidon.crds.v1alpha1.StateSnapshot;
import io.taidon.e2e.cluster.Outcomes;
import io.taidon.e2e.cluster.PodWatch;
import io.taidon.e2e.cluster.TestNamespace;
import io.taidon.e2e.connect.Dsn;
import io.taidon.e2e.embedded.EmbeddedIds;
import io.taidon.e2e.source.GitServer;
import io.taidon.e2e.source.Instances;
import io.taidon.e2e.source.Jobs;
import io.taidon.e2e.source.Workspaces;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** From sources to a state, with the ids of the embedded mode, and no step twice. */
@OnCluster
class PrepareE2E {
  private static final String[] CHINOOK = {
    "-f", "chinook.sql", "-f", "views.sql", "-f", "extra.sql"
  };

  private static Map<String, byte[]> chinook() {
    Optional<Map<String, byte[]>> files = Workspaces.chinook();
    assumeTrue(files.isPresent(), "TAIDON_TEST_DATA names no directory with chinook/");
    return files.get();
  }

  @Test
  void chinookByConfigMapIsReachedFromAPodAndFromOutside(Suite suite, TestNamespace in)
      throws Exception {
    Map<String, byte[]> files = chinook();
    in.createFiles("chinook", files);
    in.create(Jobs.named("chinook").fromConfigMap("chinook").psql(CHINOOK).write());
    // Before the state is there: the instance waits for its job.
    in.create(Instances.ofJob("music", "chinook").write());

    PrepareJob job = Outcomes.awaitEnd(in, "chinook", JobReason.BUILT);

    List<String> embedded = EmbeddedIds.of(files, StepKind.PSQL, CHINOOK);
    assertThat(in.stateIds()).containsExactlyInAnyOrderElementsOf(embedded);
    assertThat(job.getStatus().stateId()).isEqualTo(embedded.getLast());
    Outcomes.await(in, "music", InstanceReason.RUNNING);
    assertThat(
            suite
                .outside()
                .query(Dsn.of(in, "music").database("chinook"), "SELECT count(*) FROM track"))
        .isEqualTo("3503");
    assertThat(
            suite
                .insidePod(in)
                .query("music", "SELECT datname FROM pg_database WHERE datname = 'chinook'"))
        .isEqualTo("chinook");

    anIdenticalJobNeedsNoPod(in, job);
    aChangedStepRunsAloneWithItsSuffix(in, files);
  }

  private static void anIdenticalJobNeedsNoPod(TestNamespace in, PrepareJob first) {
    try (PodWatch pods = PodWatch.of(in, "again")) {
      in.create(Jobs.named("again").fromConfigMap("chinook").psql(CHINOOK).write());
      PrepareJob again = Outcomes.awaitEnd(in, "again", JobReason.CACHED);
      assertThat(again.getStatus().stateId()).isEqualTo(first.getStatus().stateId());
      assertThat(again.getStatus().cachedSteps()).isEqualTo(3);
      assertThat(pods.seen()).isEmpty();
    }
  }

  private static void aChangedStepRunsAloneWithItsSuffix(
      TestNamespace in, Map<String, byte[]> files) {
    Map<String, byte[]> changed = new TreeMap<>(files);
    changed.put(
        "views.sql",
        "\\c chinook\nCREATE VIEW v AS SELECT 1 AS one;\n"
            .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    in.createFiles("changed", changed);
    Map<String, String> before = sealTimes(in);

    in.create(Jobs.named("changed").fromConfigMap("changed").psql(CHINOOK).write());
    PrepareJob job = Outcomes.awaitEnd(in, "changed", JobReason.BUILT);

    List<String> embedded = EmbeddedIds.of(changed, StepKind.PSQL, CHINOOK);
    assertThat(job.getStatus().steps()).isEqualTo(3);
    assertThat(job.getStatus().cachedSteps()).isEqualTo(1);
    Map<String, String> after = sealTimes(in);
    assertThat(after).containsAllEntriesOf(before);
    after.keySet().removeAll(before.keySet());
    assertThat(after.keySet()).containsExactlyInAnyOrderElementsOf(embedded.subList(2, 4));
  }

  /** When each state was sealed, by id. */
  private static Map<String, String> sealTimes(TestNamespace in) {
    return in.states().stream()
        .collect(
            Collectors.toMap(
                state -> state.getSpec().id(),
                PrepareE2E::sealTime,
                (one, _) -> one,
                HashMap::new));
  }

  private static String sealTime(StateSnapshot state) {
    return state.getStatus().locations().getFirst().readyTime();
  }

  @Test
  void chinookByGitHasTheSameIds(Suite suite, TestNamespace in) {
    Map<String, byte[]> files = chinook();
    GitServer git = GitServer.start(in, suite.taidon().runnerImage(), files);

    in.create(Jobs.named("branch").fromGit(git.url(), "main").psql(CHINOOK).write());
    PrepareJob branch = Outcomes.awaitEnd(in, "branch", JobReason.BUILT);

    assertThat(in.stateIds())
        .containsExactlyInAnyOrderElementsOf(EmbeddedIds.of(files, StepKind.PSQL, CHINOOK));
    assertThat(branch.getStatus().sourceRevision()).isEqualTo(git.commit());

    // The commit is another request for the same files: planned anew, and nothing to build.
    in.create(Jobs.named("commit").fromGit(git.url(), git.commit()).psql(CHINOOK).write());
    PrepareJob commit = Outcomes.awaitEnd(in, "commit", JobReason.CACHED);
    assertThat(commit.getStatus().stateId()).isEqualTo(branch.getStatus().stateId());

    // A commit never changes, so the second time not even planning needs a pod.
    try (PodWatch pods = PodWatch.of(in, "commit-again")) {
      in.create(Jobs.named("commit-again").fromGit(git.url(), git.commit()).psql(CHINOOK).write());
      Outcomes.awaitEnd(in, "commit-again", JobReason.CACHED);
      assertThat(pods.seen()).isEmpty();
    }
  }

  @Test
  void theExampleChangelogByLiquibase(Suite suite, TestNamespace in) throws Exception {
    Map<String, byte[]> files = Workspaces.example("liquibase-shop");
    in.createFiles("changelog", files);

    in.create(
        Jobs.named("shop")
            .fromConfigMap("changelog")
            .liquibase("update", "--contexts", "demo")
            .write());
    in.create(Instances.ofJob("shop", "shop").write());
    PrepareJob job = Outcomes.awaitEnd(in, "shop", JobReason.BUILT);

    List<String> embedded =
        EmbeddedIds.of(files, StepKind.LIQUIBASE, "update", "--contexts", "demo");
    assertThat(job.getStatus().steps()).isEqualTo(embedded.size() - 1).isGreaterThan(40);
    assertThat(in.stateIds()).containsExactlyInAnyOrderElementsOf(embedded);
    Outcomes.await(in, "shop", InstanceReason.RUNNING);
    assertThat(
            suite
                .outside()
                .query(Dsn.of(in, "shop"), "SELECT count(*) > 40 FROM databasechangelog"))
        .isEqualTo("t");
  }

  @Test
  void oneBuildForTwoJobsThatWantTheSame(TestNamespace in) {
    String slow = "SELECT pg_sleep(2); CREATE TABLE t (i int);";
    for (String name : List.of("one", "two")) {
      in.create(Jobs.named(name).file("slow.sql", slow).psql("-f", "slow.sql").write());
    }
    List<PrepareJob> ended = List.of(Outcomes.awaitEnd(in, "one"), Outcomes.awaitEnd(in, "two"));

    assertThat(ended)
        .extracting(job -> Outcomes.succeeded(job).orElseThrow().getReason())
        .containsExactlyInAnyOrder(JobReason.BUILT.value(), JobReason.CACHED.value());
    assertThat(in.states()).hasSize(2);
  }

  @Test
  void aPlanIsMadeWithoutBuilding(TestNamespace in) {
    Map<String, byte[]> files = Workspaces.example("shop");
    String[] args = {"-v", "orders=100", "-f", "schema.sql", "-f", "data.sql", "-f", "views.sql"};
    in.createFiles("shop", files);

    in.create(Jobs.named("plan").fromConfigMap("shop").psql(args).planOnly().write());
    PrepareJob plan = Outcomes.awaitEnd(in, "plan", JobReason.PLAN_ONLY);

    assertThat(plan.getStatus().stateId())
        .isEqualTo(EmbeddedIds.of(files, StepKind.PSQL, args).getLast());
    assertThat(plan.getStatus().steps()).isEqualTo(3);
    assertThat(in.states()).isEmpty();
    assertThat(in.pods())
        .extracting(Pod::getMetadata)
        .allMatch(m -> m.getDeletionTimestamp() != null);
  }
}
