package io.taidon.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.core.cache.EvictionReason;
import io.taidon.core.plan.StepKind;
import io.taidon.core.state.StateIdentity;
import io.taidon.engine.ExplainView;
import io.taidon.engine.JobView;
import io.taidon.engine.local.ExplainedEngine.Workspace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What explanations say beside the cause of a miss, where else they are said, and what is kept. */
class ExplainTest {
  @TempDir static Path directory;
  private static ExplainedEngine explained;

  @BeforeAll
  static void open() throws IOException {
    explained = new ExplainedEngine(directory);
  }

  @AfterAll
  static void close() {
    explained.close();
  }

  @Test
  void aHitSaysSoAndNamesWhatWasRead() throws Exception {
    Workspace at = explained.workspace("hit").three().psql("-f", "@a.sql", "-f", "@b.sql");

    ExplainView answer = at.askPsql("-f", "@a.sql", "-f", "@b.sql");

    assertThat(answer.decision()).isEqualTo("hit");
    assertThat(answer.reasonCode()).isEqualTo("exact_state_match");
    assertThat(answer.cache().matchedStateId()).contains(answer.cache().stateId());
    assertThat(answer.rebuild().stepsToRun()).isZero();
    assertThat(answer.inputs())
        .extracting(ExplainView.Input::path)
        .containsExactly(at.own("@a.sql"), at.own("@b.sql"));
  }

  @Test
  void anEvictedStateCostsWhatItCostBefore() throws Exception {
    Workspace at =
        explained.workspace("cost").write("@a.sql", "select pg_sleep(0.3);").psql("-f", "@a.sql");
    String state = at.askPsql("-f", "@a.sql").cache().stateId();
    long built = explained.engine().state(state).buildMillis();

    ExplainView.Rebuild rebuild =
        at.evict(state, EvictionReason.EXPIRED).askPsql("-f", "@a.sql").rebuild();

    assertThat(rebuild).isEqualTo(new ExplainView.Rebuild(1, false, built, 1, 0, 0));
  }

  @Test
  void aJobSaysWhyItHadToBuild() throws Exception {
    Workspace at = explained.workspace("job").three().psql("-f", "@a.sql");
    at.write("@a.sql", "create table @a (i bigint);");

    JobView job = explained.build(at.request(StepKind.PSQL, "-f", "@a.sql"));

    JobView.MissView miss = job.result().orElseThrow().miss().orElseThrow();
    assertThat(miss.reasonCode()).isEqualTo("script_changed");
    assertThat(miss.sentence()).contains(at.own("script @a.sql changed"));
    assertThat(explained.events(job.jobId()))
        .anySatisfy(e -> assertThat(e.message()).contains("engine: " + miss.sentence()));
    JobView again = explained.build(at.request(StepKind.PSQL, "-f", "@a.sql"));
    assertThat(again.result().orElseThrow().miss()).isEmpty();
  }

  @Test
  void noSecretIsInTheStoreNorInAnExplanation() throws Exception {
    Workspace at =
        explained.workspace("secret").write("@a.sql", "create table @a as select :'@pw' as p;");
    String secret = "hunter-2-" + at.own("@");
    at.psql("-v", "@pw=" + secret, "-f", "@a.sql");

    ExplainView answer = at.askPsql("-v", "@pw=other", "-f", "@a.sql");

    assertThat(answer.reasonCode()).isEqualTo("variable_changed");
    assertThat(answer.changes().toString() + answer.sentence()).doesNotContain(secret, "other");
    String digest = StateIdentity.digest(secret).hex();
    for (String sidecar : sidecars()) {
      assertThat(origin(sidecar)).doesNotContain(secret, digest);
    }
    Path key = explained.store().resolve("origin.key");
    assertThat(Files.getPosixFilePermissions(key))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void whatMadeAStateIsKnownAfterTheRegistryIsLost() throws Exception {
    Workspace at = explained.workspace("rebuilt").three().psql("-f", "@a.sql");
    explained.loseRegistry();
    at.write("@a.sql", "create table @a (i bigint);");

    assertThat(at.askPsql("-f", "@a.sql").reasonCode()).isEqualTo("script_changed");
  }

  private static List<String> sidecars() throws IOException {
    List<String> contents = new ArrayList<>();
    try (Stream<Path> files = Files.list(explained.store().resolve("states"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
        contents.add(Files.readString(file, StandardCharsets.UTF_8));
      }
    }
    assertThat(contents).isNotEmpty();
    return contents;
  }

  /** The record of what made a state; the arguments beside it are the user's own words. */
  private static String origin(String sidecar) {
    int origin = sidecar.indexOf("\"origin\"");
    assertThat(origin).isPositive();
    return sidecar.substring(origin);
  }
}
