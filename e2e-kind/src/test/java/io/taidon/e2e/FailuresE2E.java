package io.taidon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.taidon.core.plan.StepKind;
import io.taidon.crds.v1alpha1.InstanceReason;
import io.taidon.crds.v1alpha1.JobReason;
import io.taidon.crds.v1alpha1.PrepareJob;
import io.taidon.e2e.cluster.Outcomes;
import io.taidon.e2e.cluster.Patience;
import io.taidon.e2e.cluster.TestNamespace;
import io.taidon.e2e.embedded.EmbeddedIds;
import io.taidon.e2e.source.GitServer;
import io.taidon.e2e.source.Instances;
import io.taidon.e2e.source.Jobs;
import io.taidon.e2e.source.Workspaces;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every failure that a user can cause shows as a condition with a reason and a sentence. */
@OnCluster
class FailuresE2E {
  @Test
  void badSqlNamesFileLineAndSqlStateAndKeepsTheStatesBefore(TestNamespace in) {
    Map<String, String> files =
        Map.of("good.sql", "CREATE TABLE t (i int);\n", "bad.sql", "SELECT 1;\nSELEC 2;\n");
    Jobs job = Jobs.named("bad");
    files.forEach(job::file);
    in.create(job.psql("-f", "good.sql", "-f", "bad.sql").write());
    in.create(Instances.ofJob("waits", "bad").write());

    PrepareJob failed = Outcomes.awaitEnd(in, "bad", JobReason.STEP_FAILED);

    assertSentence(failed, "bad.sql:2", "SELEC");
    assertThat(failed.getStatus().failure().code()).isEqualTo("script_failed");
    assertThat(failed.getStatus().failure().sqlState()).isEqualTo("42601");
    assertThat(failed.getStatus().failure().place()).isEqualTo("bad.sql:2");
    assertThat(failed.getStatus().failure().step()).contains("bad.sql");
    List<String> embedded =
        EmbeddedIds.of(Workspaces.files(files), StepKind.PSQL, "-f", "good.sql", "-f", "bad.sql");
    Patience.await("the states before the failure, and no other")
        .until(() -> in.stateIds().equals(java.util.Set.copyOf(embedded.subList(0, 2))));

    Condition waits = Outcomes.ready(Outcomes.await(in, "waits", InstanceReason.JOB_FAILED)).get();
    assertThat(waits.getMessage()).contains("bad");
    noPodIsLeft(in);
  }

  @Test
  void aBadGitRefAndARepositoryThatIsNotThere(Suite suite, TestNamespace in) {
    GitServer git =
        GitServer.start(
            in, suite.taidon().runnerImage(), Workspaces.files(Map.of("a.sql", "SELECT 1;")));
    in.create(Jobs.named("no-ref").fromGit(git.url(), "absent").psql("-f", "a.sql").write());
    in.create(
        Jobs.named("no-server")
            .fromGit("git://absent." + in.name() + ".svc/shop.git", "main")
            .psql("-f", "a.sql")
            .write());
    in.create(Jobs.named("no-file").fromGit(git.url(), "main").psql("-f", "b.sql").write());

    assertSentence(Outcomes.awaitEnd(in, "no-ref", JobReason.SOURCE_UNAVAILABLE), "absent");
    assertSentence(Outcomes.awaitEnd(in, "no-server", JobReason.SOURCE_UNAVAILABLE), "absent");
    assertSentence(Outcomes.awaitEnd(in, "no-file", JobReason.SOURCE_UNAVAILABLE), "b.sql");
  }

  @Test
  void sourcesThatCannotBeUnderstood(TestNamespace in) {
    in.create(
        Jobs.named("changelog")
            .file("changelog.xml", "<databaseChangeLog><oops>")
            .liquibase("update", "--changelog-file", "changelog.xml")
            .write());
    in.create(Jobs.named("option").psql("-h", "elsewhere", "-c", "SELECT 1").write());
    in.create(Jobs.named("no-map").fromConfigMap("absent").psql("-f", "a.sql").write());

    assertSentence(Outcomes.awaitEnd(in, "changelog", JobReason.SOURCE_INVALID), "changelog.xml");
    assertSentence(Outcomes.awaitEnd(in, "option", JobReason.INVALID_SPEC), "-h");
    assertSentence(Outcomes.awaitEnd(in, "no-map", JobReason.SOURCE_UNAVAILABLE), "absent");
  }

  @Test
  void anImageThatCannotBePulled(TestNamespace in) {
    String image = "localhost:1/absent/runner:17";
    in.create(Jobs.named("image").image(image).psql("-c", "SELECT 1").write());

    assertSentence(Outcomes.awaitEnd(in, "image", JobReason.IMAGE_UNAVAILABLE), image);
    noPodIsLeft(in);
  }

  @Test
  void aDeadlineEndsWhatRuns(TestNamespace in) {
    in.create(Jobs.named("slow").psql("-c", "SELECT pg_sleep(3600)").deadlineSeconds(25).write());

    PrepareJob late = Outcomes.awaitEnd(in, "slow", JobReason.DEADLINE_EXCEEDED);

    assertSentence(late, "25 s");
    noPodIsLeft(in);
  }

  @Test
  void noNodeHasAPoolOfTheClass(TestNamespace in) {
    in.create(
        Jobs.named("nowhere")
            .stateClass("absent")
            .psql("-c", "SELECT 1")
            .deadlineSeconds(90) // later than the plan on a busy machine
            .write());

    assertSentence(Outcomes.await(in, "nowhere", JobReason.WAITING_FOR_NODE), "absent");
    assertSentence(Outcomes.awaitEnd(in, "nowhere", JobReason.NO_NODE), "absent");
  }

  @Test
  void anInstanceOfAStateThatIsNotThere(TestNamespace in) {
    in.create(Instances.ofState("lost", "0123456789abcdef").write());

    Condition ready =
        Outcomes.ready(Outcomes.await(in, "lost", InstanceReason.STATE_UNAVAILABLE)).get();
    assertThat(ready.getMessage()).contains("0123456789abcdef");
  }

  private static void assertSentence(PrepareJob job, String... parts) {
    String message = Outcomes.succeeded(job).orElseThrow().getMessage();
    assertThat(message)
        .contains(parts)
        .doesNotContain("Exception", "\tat ")
        .matches("(?s).*(\\.|\\(SQLSTATE [0-9A-Z]{5}\\))"); // PostgreSQL's messages have no period
  }

  private static void noPodIsLeft(TestNamespace in) {
    Patience.await("no pod is left").until(in::pods, List::isEmpty);
  }
}
