package io.taidon.engine.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taidon.core.plan.StepKind;
import io.taidon.core.scram.ScramVerifier;
import io.taidon.engine.Entrance;
import io.taidon.engine.InstanceAccess;
import io.taidon.engine.InstanceAccess.Reachable;
import io.taidon.engine.InstanceEvent;
import io.taidon.engine.InstanceUse;
import io.taidon.engine.InstanceView;
import io.taidon.engine.JobView;
import io.taidon.engine.ListFilter;
import io.taidon.engine.PrepareRequest;
import io.taidon.engine.liquibase.WorkerCommand;
import io.taidon.engine.postgres.SimpleQueryConnection;
import io.taidon.engine.postgres.SqlErrorResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a gateway asks of instances, over real PostgreSQL. */
class InstanceAccessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir static Path directory;
  private static LocalEngine engine;
  private static InstanceAccess access;
  private static Path workspace;

  @BeforeAll
  static void open() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    workspace = Files.createDirectory(directory.resolve("workspace"));
    engine =
        LocalEngine.open(
            new EngineSettings(
                directory.resolve("store"),
                List.of(Path.of(System.getProperty("taidon.postgres.sets"))),
                Optional.empty(),
                WorkerCommand.ofThisProcess(),
                Optional.empty()));
    access = engine.access();
  }

  @AfterAll
  static void close() {
    engine.shutdown(false);
  }

  @Test
  void finds_what_a_reference_means_and_nothing_else() {
    String id = instance("finder");
    assertThat(access.find("finder").map(Reachable::instanceId)).contains(id);
    assertThat(access.find(id.substring(0, 12)).map(Reachable::instanceId)).contains(id);
    assertThat(access.find("nobody")).isEmpty();
    assertThat(access.find("dev.namespace")).isEmpty();
    assertThat(access.find("'; drop table instances")).isEmpty();

    assertThat(access.find(id).flatMap(Reachable::socket)).isPresent();
    engine.stopInstance(id);
    assertThat(access.find(id).flatMap(Reachable::socket)).isEmpty();
    assertThat(access.find(id).flatMap(Reachable::failure)).isEmpty();
  }

  @Test
  void the_owner_is_known_by_the_password_of_the_dsn_also_while_the_instance_sleeps() {
    String id = instance("owner");
    ScramVerifier awake = access.verifier(id, "sqlrs").orElseThrow();
    engine.stopInstance(id);
    ScramVerifier asleep = access.verifier(id, "sqlrs").orElseThrow();

    assertThat(asleep).isEqualTo(awake);
    String password = engine.instance(id).dsn().orElseThrow().split("[:@]")[2];
    assertThat(ScramVerifier.of(password, awake.salt(), awake.iterations())).isEqualTo(awake);
  }

  @Test
  void other_roles_are_as_the_server_has_them_now_and_as_it_had_them_when_it_stopped()
      throws Exception {
    String id = instance("roles");
    sql(
        id,
        "SET password_encryption = 'scram-sha-256';"
            + "CREATE ROLE app LOGIN PASSWORD 'one'; CREATE ROLE grp PASSWORD 'x';"
            + "CREATE ROLE bare LOGIN; CREATE ROLE late LOGIN PASSWORD 'x' VALID UNTIL '2001-01-01';"
            + "CREATE ROLE soon LOGIN PASSWORD 'x' VALID UNTIL '2999-01-01';"
            + "CREATE ROLE \"Jörg\" LOGIN PASSWORD 'x'");
    assertThat(isPassword(id, "app", "one")).isTrue();
    sql(id, "ALTER ROLE app PASSWORD 'two'");
    assertThat(isPassword(id, "app", "two")).as("ALTER ROLE counts at once").isTrue();
    assertThat(access.verifier(id, "soon")).isPresent();
    assertThat(access.verifier(id, latin("Jörg"))).isPresent();
    for (String no : List.of("grp", "bare", "late", "nobody", "app' OR 'a'='a", "\u00ff\u00fe")) {
      assertThat(access.verifier(id, no)).as(no).isEmpty();
    }

    engine.stopInstance(id);
    assertThat(isPassword(id, "app", "two")).isTrue();
    assertThat(access.verifier(id, latin("Jörg"))).isPresent();
    for (String no : List.of("grp", "bare", "late", "nobody", "app' OR 'a'='a", "\u00ff\u00fe")) {
      assertThat(access.verifier(id, no)).as(no).isEmpty();
    }
    Path file = directory.resolve("store/instances/" + id + "/roles");
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));

    access.wake(id, sentence -> {});
    assertThat(file).doesNotExist();
    sql(id, "ALTER ROLE app NOLOGIN");
    assertThat(access.verifier(id, "app")).isEmpty();
  }

  @Test
  void a_reader_reads_all_and_writes_nothing_whatever_it_says() throws Exception {
    String id = instance("reader");
    sql(id, "CREATE SCHEMA s; CREATE TABLE s.t AS SELECT 42 i; CREATE ROLE app LOGIN");
    String reader = access.tokenRole(id, "sqlrs", true).orElseThrow();
    assertThat(access.tokenRole(id, "sqlrs", true)).contains(reader);

    try (SimpleQueryConnection session = session(id, reader)) {
      assertThat(session.query("SELECT i FROM s.t").getFirst().getFirst()).contains("42");
      assertThatThrownBy(() -> session.query("CREATE TABLE public.x (i int)"))
          .isInstanceOfSatisfying(
              SqlErrorResponse.class, e -> assertThat(e.sqlState()).isEqualTo("25006"));
      session.query("SET default_transaction_read_only = off");
      for (String write :
          List.of(
              "CREATE TABLE public.x (i int)",
              "CREATE TABLE s.x (i int)",
              "CREATE SCHEMA x",
              "CREATE DATABASE x",
              "CREATE ROLE x",
              "ALTER SYSTEM SET work_mem = '1MB'",
              "COPY s.t TO '/tmp/x'",
              "UPDATE s.t SET i = 1",
              "SET ROLE sqlrs",
              "TRUNCATE s.t")) {
        assertThatThrownBy(() -> session.query(write))
            .as(write)
            .isInstanceOfSatisfying(
                SqlErrorResponse.class, e -> assertThat(e.sqlState()).isEqualTo("42501"));
      }
    }
    assertThat(access.tokenRole(id, "app", false)).contains("app");
    assertThat(access.tokenRole(id, "nobody", false)).isEmpty();
    sql(id, "GRANT app TO sqlrs_reader");
    assertThat(access.tokenRole(id, "sqlrs", true)).as("made more than a reader").isEmpty();
  }

  @Test
  void tells_of_stops_crashes_and_deletions() throws Exception {
    String id = instance("watched");
    List<InstanceEvent> heard = new CopyOnWriteArrayList<>();
    try (InstanceAccess.Subscription watch =
        access.watch(e -> {
          if (e.instanceId().equals(id)) {
            heard.add(e);
          }
        })) {
      engine.stopInstance(id);
      assertThat(heard).containsExactly(new InstanceEvent.Stopped(id));
      access.wake(id, sentence -> {});
      long pid = engine.instance(id).pid().orElseThrow();
      ProcessHandle.of(pid).orElseThrow().destroyForcibly();
      Awaitility.await().until(() -> heard.size() == 2);
      assertThat(heard.getLast()).isEqualTo(new InstanceEvent.Stopped(id));
      engine.deleteInstance(id, true, false);
      assertThat(heard.getLast()).isInstanceOf(InstanceEvent.Deleted.class);
    }
    assertThat(access.find(id)).isEmpty();
  }

  @Test
  void dsns_lead_through_the_entrance_while_it_is_open() {
    String id = instance("door");
    InstanceView before = engine.instance(id);
    assertThat(before.dsn()).isEqualTo(before.directDsn());

    engine.entrance(new Entrance.Open("127.0.0.1", 6000));
    try {
      InstanceView open = engine.instance(id);
      assertThat(open.directDsn()).isEqualTo(before.directDsn());
      assertThat(open.dsn().orElseThrow())
          .startsWith("postgresql://sqlrs~door:")
          .endsWith("@127.0.0.1:6000/postgres");
      engine.deleteName("door", false);
      assertThat(engine.instance(id).dsn().orElseThrow())
          .startsWith("postgresql://sqlrs~" + id + ":");
      assertThat(engine.status().gateway().address()).contains("127.0.0.1:6000");
    } finally {
      engine.entrance(new Entrance.Closed("The test is over."));
    }
  }

  @Test
  void use_and_connections_are_seen() throws Exception {
    String id = instance("used");
    assertThat(view(id).connections()).contains(0);
    Instant later = Instant.now().plusSeconds(60).truncatedTo(ChronoUnit.MILLIS);
    access.used(id, new InstanceUse(1, later));
    assertThat(view(id).lastUsedAt()).contains(later);

    engine.stopInstance(id);
    assertThat(view(id).connections()).isEmpty();
  }

  private static InstanceView view(String id) {
    return engine.instances(ListFilter.ALL).stream()
        .filter(i -> i.instanceId().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static boolean isPassword(String id, String role, String password) {
    ScramVerifier known = access.verifier(id, role).orElseThrow();
    return ScramVerifier.of(password, known.salt(), known.iterations()).equals(known);
  }

  /** A name as its bytes, the way it comes from a client. */
  private static String latin(String name) {
    return new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private static void sql(String id, String statements) throws IOException {
    try (SimpleQueryConnection session = session(id, "sqlrs")) {
      session.query(statements);
    }
  }

  private static SimpleQueryConnection session(String id, String role) throws IOException {
    Path socket = access.find(id).flatMap(Reachable::socket).orElseThrow();
    return SimpleQueryConnection.open(socket, role, "postgres", PATIENCE);
  }

  private static String instance(String name) {
    JobView job =
        engine.submit(
            new PrepareRequest(
                StepKind.PSQL,
                List.of("-c", "create table t (i int)"),
                workspace,
                workspace,
                Optional.empty(),
                1,
                false,
                Optional.empty(),
                OptionalInt.of(17),
                false,
                OptionalInt.empty(),
                Optional.of(name),
                PrepareRequest.NamePolicy.CREATE));
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> engine.job(job.jobId()).status().isTerminal());
    return engine.job(job.jobId()).result().orElseThrow().instanceId().orElseThrow();
  }
}
