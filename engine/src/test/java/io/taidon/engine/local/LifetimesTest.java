package io.taidon.engine.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.plan.StepKind;
import io.taidon.engine.DeleteResult;
import io.taidon.engine.Entrance;
import io.taidon.engine.InstanceAccess.Reachable;
import io.taidon.engine.InstanceEvent;
import io.taidon.engine.InstanceUse;
import io.taidon.engine.InstanceView;
import io.taidon.engine.JobStatus;
import io.taidon.engine.JobView;
import io.taidon.engine.Lifetime;
import io.taidon.engine.ListFilter;
import io.taidon.engine.PrepareRequest;
import io.taidon.engine.PrepareRequest.NamePolicy;
import io.taidon.engine.instance.Clocks;
import io.taidon.engine.liquibase.WorkerCommand;
import io.taidon.engine.postgres.ClusterTemplate;
import io.taidon.engine.postgres.SimpleQueryConnection;
import io.taidon.engine.postgres.TestClusters;
import io.taidon.engine.store.InstanceId;
import io.taidon.engine.store.InstanceTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How instances live, sleep and end, over real PostgreSQL and clocks that the test sets. */
class LifetimesTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);

  @TempDir static Path directory;
  private static final TestClocks CLOCKS = new TestClocks();
  private static Path workspace;
  private static LocalEngine engine;

  @BeforeAll
  static void open() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    workspace = Files.createDirectory(directory.resolve("workspace"));
    engine = openEngine();
  }

  private static LocalEngine openEngine() {
    LocalEngine opened =
        LocalEngine.open(
            new EngineSettings(
                directory.resolve("store"),
                List.of(),
                Optional.of("copy"),
                WorkerCommand.ofThisProcess(),
                Optional.empty()),
            CLOCKS.both());
    opened.entrance(new Entrance.Open("127.0.0.1", 1));
    return opened;
  }

  @AfterEach
  void clear() {
    for (InstanceView instance : engine.instances(ListFilter.ALL)) {
      assertThat(engine.deleteInstance(instance.instanceId(), true, false).outcome())
          .isEqualTo("deleted");
    }
    boolean unused = engine.removeConfig("instances.maxIdleTimeout");
    engine.entrance(new Entrance.Open("127.0.0.1", 1));
    // Past the grace of a jump, if the test made one.
    CLOCKS.pass(HOUR);
    look();
  }

  @AfterAll
  static void close() {
    engine.shutdown(false);
  }

  @Test
  void an_instance_without_a_name_is_gone_a_day_later_with_all_it_had() {
    String id = prepare(Optional.empty(), NamePolicy.CREATE, Lifetime.STANDARD);
    Path itsDirectory = directory.resolve("store/instances").resolve(id);
    assertThat(itsDirectory.resolve("secret")).exists();
    assertThat(engine.instance(id).expiresAt()).contains(CLOCKS.now().plus(DAY));

    CLOCKS.pass(DAY.minusSeconds(1));
    look();
    assertThat(engine.instances(ListFilter.ALL)).hasSize(1);

    CLOCKS.pass(Duration.ofSeconds(1));
    look();
    awaiting().until(() -> engine.instances(ListFilter.ALL).isEmpty());
    assertThat(itsDirectory).doesNotExist();
    assertThat(engine.access().find(id)).isEmpty();
  }

  @Test
  void one_that_a_name_leads_to_lives_on_for_a_month_after_each_use() {
    String id = prepare(Optional.of("dev"), NamePolicy.CREATE, Lifetime.STANDARD);
    assertThat(end(id)).isEqualTo(CLOCKS.now().plus(Duration.ofDays(30)));

    CLOCKS.pass(Duration.ofDays(20));
    engine.access().used(id, new InstanceUse(0, CLOCKS.now()));
    assertThat(end(id)).isEqualTo(CLOCKS.now().plus(Duration.ofDays(30)));
    look();
    assertThat(written(id)).isEqualTo(CLOCKS.now().plus(Duration.ofDays(30)));

    CLOCKS.pass(Duration.ofDays(30));
    look();
    awaiting().until(() -> engine.instances(ListFilter.ALL).isEmpty());
    assertThat(engine.name("dev").status()).isEqualTo("missing");
  }

  @Test
  void a_time_that_was_wished_counts_whatever_happens() {
    String id = prepare(Optional.of("short"), NamePolicy.CREATE, lifetime(HOUR, Optional.empty()));
    CLOCKS.pass(Duration.ofMinutes(59));
    engine.access().used(id, new InstanceUse(0, CLOCKS.now()));
    look();
    assertThat(end(id)).isEqualTo(CLOCKS.now().plus(Duration.ofMinutes(1)));

    assertThat(prepare(Optional.of("short"), NamePolicy.REUSE, Lifetime.STANDARD)).isEqualTo(id);
    assertThat(end(id))
        .as("given anew, for as long as was wished")
        .isEqualTo(CLOCKS.now().plus(HOUR));
  }

  @Test
  void extending_puts_the_end_off_and_never_brings_it_nearer() {
    String id = prepare(Optional.empty(), NamePolicy.CREATE, Lifetime.STANDARD);
    List<InstanceEvent> heard = new CopyOnWriteArrayList<>();
    try (var unused = engine.access().watch(heard::add)) {
      engine.extendInstance(id, Optional.of(Duration.ofDays(7)));
      assertThat(end(id)).isEqualTo(CLOCKS.now().plus(Duration.ofDays(7)));
      assertThat(heard).contains(new InstanceEvent.ExpiryChanged(id, Optional.of(end(id))));
      engine.extendInstance(id, Optional.of(HOUR));
      assertThat(end(id)).isEqualTo(CLOCKS.now().plus(Duration.ofDays(7)));
      engine.extendInstance(id, Optional.of(Duration.ZERO));
      assertThat(end(id))
          .as("as long as is allowed")
          .isEqualTo(CLOCKS.now().plus(Duration.ofDays(90)));
    }
    assertThat(written(id)).isEqualTo(end(id));
  }

  @Test
  void nobody_gets_more_than_is_allowed() {
    assertRefused(lifetime(Duration.ofDays(91), Optional.empty()), "instances.maxTtl");
    engine.setConfig("instances.maxIdleTimeout", JsonNodeFactory.instance.textNode("2h"));
    assertRefused(new Lifetime(Optional.empty(), Optional.of(DAY)), "instances.maxIdleTimeout");
    String id = prepare(Optional.empty(), NamePolicy.CREATE, Lifetime.STANDARD);
    assertThatThrownBy(() -> engine.extendInstance(id, Optional.of(Duration.ofDays(91))))
        .isInstanceOf(TaidonException.class);
  }

  private void assertRefused(Lifetime wish, String setting) {
    assertThatThrownBy(() -> engine.submit(request(Optional.empty(), NamePolicy.CREATE, wish)))
        .isInstanceOfSatisfying(
            TaidonException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
              assertThat(e.sentence()).contains(setting);
            });
  }

  @Test
  void an_idle_instance_is_stopped_and_wakes() throws Exception {
    String id = prepare(Optional.empty(), NamePolicy.CREATE, Lifetime.STANDARD);
    assertThat(engine.instance(id).idleAt()).isPresent();
    CLOCKS.pass(Duration.ofMinutes(14));
    look();
    engine.access().used(id, new InstanceUse(0, CLOCKS.now()));
    CLOCKS.pass(Duration.ofMinutes(14));
    look();
    assertThat(engine.instance(id).status()).isEqualTo("running");

    CLOCKS.pass(Duration.ofMinutes(1));
    look();
    awaitAsleep(id);
    assertThat(engine.isBusy()).as("somebody must be there to wake it").isTrue();

    Path socket = engine.access().wake(id, sentence -> {});
    assertThat(socket).exists();
    InstanceView awake = engine.instance(id);
    assertThat(awake.asleep()).isFalse();
    assertThat(awake.idleAt())
        .as("a start is a use")
        .contains(CLOCKS.now().plus(Duration.ofMinutes(15)));

    engine.stopInstance(id);
    assertThat(engine.isBusy()).as("what was stopped on purpose keeps nobody").isFalse();
  }

  @Test
  void open_sessions_keep_it_awake_and_silent_ones_not_for_ever() {
    String id = prepare(Optional.empty(), NamePolicy.CREATE, Lifetime.STANDARD);
    engine.access().used(id, new InstanceUse(1, CLOCKS.now()));
    CLOCKS.pass(Duration.ofMinutes(59));
    look();
    assertThat(engine.instance(id).status()).isEqualTo("running");
    CLOCKS.pass(Duration.ofMinutes(1));
    look();
    awaitAsleep(id);
  }

  @Test
  void a_session_that_the_gateway_does_not_see_keeps_it_awake_too() throws Exception {
    String id = prepare(Optional.empty(), NamePolicy.CREATE, Lifetime.STANDARD);
    Path socket = engine.access().find(id).flatMap(Reachable::socket).orElseThrow();
    try (SimpleQueryConnection direct =
        SimpleQueryConnection.open(
            socket, ClusterTemplate.SUPERUSER, "postgres", Duration.ofSeconds(30))) {
      direct.query("SET application_name = 'somebody'");
      CLOCKS.pass(Duration.ofMinutes(16));
      look();
      Awaitility.await()
          .during(Duration.ofMillis(500))
          .until(() -> engine.instance(id).status().equals("running"));
    }
  }

  @Test
  void an_instance_on_a_port_of_its_own_is_not_stopped_unless_that_is_wished() {
    engine.entrance(new Entrance.Closed("for the test"));
    String stays = prepare(Optional.empty(), NamePolicy.CREATE, Lifetime.STANDARD);
    String sleeps =
        prepare(
            Optional.empty(), NamePolicy.CREATE, new Lifetime(Optional.empty(), Optional.of(HOUR)));
    assertThat(engine.instance(stays).idleTimeoutMillis()).isZero();
    CLOCKS.pass(Duration.ofHours(2));
    look();
    awaiting().until(() -> engine.instance(sleeps).status().equals("stopped"));
    assertThat(engine.instance(stays).status()).isEqualTo("running");
  }

  @Test
  void those_who_are_connected_hear_of_the_end_before_the_server_goes() {
    String id = prepare(Optional.empty(), NamePolicy.CREATE, lifetime(HOUR, Optional.empty()));
    engine.access().used(id, new InstanceUse(1, CLOCKS.now()));
    List<InstanceEvent> heard = new CopyOnWriteArrayList<>();
    try (var unused = engine.access().watch(heard::add)) {
      CLOCKS.pass(HOUR);
      look();
      awaiting().until(() -> !heard.isEmpty());
      assertThat(heard.getFirst()).isEqualTo(ending(id, false));
      assertThat(engine.access().find(id)).as("nobody new gets in").isEmpty();
      assertThat(directory.resolve("store/instances").resolve(id)).exists();
      assertThatThrownBy(() -> engine.extendInstance(id, Optional.of(HOUR)))
          .as("too late")
          .isInstanceOfSatisfying(
              TaidonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT));

      engine.access().used(id, new InstanceUse(0, CLOCKS.now()));
      awaiting().until(() -> engine.instances(ListFilter.ALL).isEmpty());
      assertThat(heard)
          .filteredOn(event -> !(event instanceof InstanceEvent.ExpiryChanged))
          .containsExactly(
              ending(id, false),
              ending(id, true),
              new InstanceEvent.Deleted(id, "Its time to live is over."));
    }
  }

  private static InstanceEvent ending(String id, boolean now) {
    return new InstanceEvent.Ending(id, "Its time to live is over.", now);
  }

  @Test
  void what_expired_while_no_engine_was_there_is_gone_before_anything_is_offered() {
    String gone = prepare(Optional.empty(), NamePolicy.CREATE, lifetime(HOUR, Optional.empty()));
    String stays = prepare(Optional.empty(), NamePolicy.CREATE, Lifetime.STANDARD);
    engine.shutdown(false);
    CLOCKS.pass(Duration.ofHours(2));

    engine = openEngine();
    assertThat(engine.instances(ListFilter.ALL))
        .extracting(InstanceView::instanceId)
        .containsExactly(stays);
    assertThat(directory.resolve("store/instances").resolve(gone)).doesNotExist();
  }

  @Test
  void a_machine_that_slept_over_the_end_gives_a_grace() {
    String id = prepare(Optional.empty(), NamePolicy.CREATE, lifetime(HOUR, Optional.empty()));
    look();
    CLOCKS.sleepThrough(Duration.ofHours(8));
    look();
    assertThat(engine.instance(id).status()).isEqualTo("running");
    engine.extendInstance(id, Optional.of(HOUR));

    CLOCKS.pass(Duration.ofMinutes(11));
    look();
    assertThat(end(id)).isEqualTo(CLOCKS.now().plus(Duration.ofMinutes(49)));

    CLOCKS.sleepThrough(Duration.ofHours(8));
    look();
    CLOCKS.pass(Duration.ofMinutes(11));
    look();
    awaiting().until(() -> engine.instances(ListFilter.ALL).isEmpty());
  }

  @Test
  void an_instance_of_an_older_version_gets_an_end() {
    String id = prepare(Optional.empty(), NamePolicy.CREATE, Lifetime.STANDARD);
    CLOCKS.pass(HOUR);
    InstanceTable instances = engine.parts().engine().registry().instances();
    assertThat(instances.change(new InstanceId(id), i -> i.expiring(Optional.empty()))).isPresent();
    look();
    assertThat(end(id)).isEqualTo(CLOCKS.now().plus(DAY));
  }

  @Test
  void a_deletion_says_who_is_connected() throws Exception {
    String id = prepare(Optional.empty(), NamePolicy.CREATE, Lifetime.STANDARD);
    Path socket = engine.access().find(id).flatMap(Reachable::socket).orElseThrow();
    try (SimpleQueryConnection session =
        SimpleQueryConnection.open(
            socket, ClusterTemplate.SUPERUSER, "postgres", Duration.ofSeconds(30))) {
      session.query("SET application_name = 'report'");
      DeleteResult result = engine.deleteInstance(id, false, false);
      assertThat(result.outcome()).isEqualTo("blocked");
      assertThat(result.root().clients())
          .singleElement()
          .satisfies(client -> {
            assertThat(client.role()).isEqualTo(ClusterTemplate.SUPERUSER);
            assertThat(client.application()).contains("report");
            assertThat(client.state()).contains("idle");
          });
      assertThat(engine.deleteInstance(id, true, false).outcome()).isEqualTo("deleted");
    }
  }

  /** Generous, because machines may be busy. */
  private static ConditionFactory awaiting() {
    return Awaitility.await().atMost(Duration.ofMinutes(2));
  }

  private void look() {
    Duration unused = engine.parts().lifetimeWatch().look();
  }

  /** A server that is too busy to say that it is not used is asked again a minute later. */
  private void awaitAsleep(String id) {
    awaiting()
        .until(() -> {
          boolean asleep = engine.instance(id).asleep();
          if (!asleep) {
            CLOCKS.pass(Duration.ofMinutes(1));
            look();
          }
          return asleep;
        });
    assertThat(engine.instance(id).status()).isEqualTo("stopped");
  }

  private Instant end(String id) {
    return engine.instance(id).expiresAt().orElseThrow();
  }

  /** What is in the file that the registry would be rebuilt from. */
  private Instant written(String id) {
    try {
      Path sidecar = directory.resolve("store/instances").resolve(id).resolve("instance.json");
      return Instant.parse(
          new ObjectMapper().readTree(sidecar.toFile()).get("expires_at").textValue());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Lifetime lifetime(Duration ttl, Optional<Duration> idle) {
    return new Lifetime(Optional.of(ttl), idle);
  }

  private String prepare(Optional<String> name, NamePolicy policy, Lifetime lifetime) {
    JobView job = engine.submit(request(name, policy, lifetime));
    Awaitility.await()
        .atMost(Duration.ofMinutes(5))
        .until(() -> engine.job(job.jobId()).status().isTerminal());
    JobView done = engine.job(job.jobId());
    assertThat(done.error()).isEmpty();
    assertThat(done.status()).isEqualTo(JobStatus.SUCCEEDED);
    return done.result().orElseThrow().instanceId().orElseThrow();
  }

  private PrepareRequest request(Optional<String> name, NamePolicy policy, Lifetime lifetime) {
    return new PrepareRequest(
        StepKind.PSQL,
        List.of("-c", "create table t (i int)"),
        workspace,
        workspace,
        Optional.empty(),
        1,
        false,
        Optional.of(TestClusters.home(17).directory()),
        OptionalInt.empty(),
        false,
        OptionalInt.empty(),
        name,
        policy,
        lifetime);
  }

  /** Clocks that stand still until they are told. */
  private static final class TestClocks {
    private volatile Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private volatile long running;

    Clocks both() {
      return new Clocks(() -> now, () -> running);
    }

    Instant now() {
      return now;
    }

    void pass(Duration time) {
      running += time.toNanos();
      now = now.plus(time);
    }

    /** Only the time of day goes on. */
    void sleepThrough(Duration time) {
      now = now.plus(time);
    }
  }
}
