package io.taidon.gateway.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.taidon.gateway.config.GatewayConfig;
import io.taidon.gateway.config.StandaloneGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each does through the gateway what people do with it every day. */
class ClientProgramsTest {
  private static final Path PROGRAMS = Path.of("src", "test", "clients");
  private static Optional<PlainServer> running = Optional.empty();

  @TempDir Path directory;
  private PlainServer server;
  private StandaloneGateway gateway;

  @BeforeAll
  static void startServer() throws Exception {
    running = PlainServer.start();
  }

  @AfterAll
  static void stopServer() {
    running.ifPresent(PlainServer::close);
  }

  @BeforeEach
  void start() throws Exception {
    assumeTrue(running.isPresent(), "the distribution's PostgreSQL server is not installed");
    server = running.get();
    Path settings = GatewayFiles.write(directory, server, 0);
    gateway = StandaloneGateway.start(GatewayConfig.read(Optional.of(settings), Map.of()));
  }

  @AfterEach
  void stop() {
    if (gateway != null) {
      await().until(() -> gateway.census().connections() == 0);
      await().until(() -> server.sessions() == 0);
      gateway.close();
    }
  }

  @Test
  void psqlRunsAScriptWithCopiesAndErrors() throws Exception {
    Path script =
        Files.writeString(
            directory.resolve("script.sql"),
            """
            CREATE TEMP TABLE copied (id int, text text);
            COPY copied FROM STDIN;
            1\tone
            2\ttwo
            \\.
            COPY copied TO STDOUT;
            SELECT 1/0;
            \\echo :LAST_ERROR_SQLSTATE
            SELECT 'fetched ' || count(*) FROM (SELECT generate_series(1, 100000)) AS many;
            \\set FETCH_COUNT 100
            SELECT max(n) FROM generate_series(1, 1000) AS n;
            """);
    assertThat(program("psql", "-X", "-At", "-f", script.toString()).requireSuccess())
        .contains("1\tone\n2\ttwo\n")
        .contains("22012")
        .contains("fetched 100000")
        .contains("1000\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"simple", "extended", "prepared"})
  void pgbenchKeepsItsBooks(String protocol) throws Exception {
    String database = createDatabase("bench_" + protocol);
    program("pgbench", "-i", "-q", "-s", "1", database).requireSuccess();
    String said =
        program("pgbench", "-n", "-c", "8", "-j", "2", "-t", "50", "-M", protocol, database)
            .requireSuccess();
    assertThat(said).contains("number of transactions actually processed: 400/400");
    assertThat(
            psql(
                database,
                "SELECT (SELECT count(*) FROM pgbench_history) || ' ' || ((SELECT sum(delta) FROM"
                    + " pgbench_history) = (SELECT sum(abalance) FROM pgbench_accounts))"))
        .isEqualTo("400 true");
  }

  @Test
  void pgbenchConnectsForEachTransaction() throws Exception {
    String database = createDatabase("bench_connect");
    program("pgbench", "-i", "-q", "-s", "1", database).requireSuccess();
    assertThat(
            program("pgbench", "-n", "-S", "-C", "-c", "8", "-j", "2", "-t", "10", database)
                .requireSuccess())
        .contains("number of transactions actually processed: 80/80");
  }

  @ParameterizedTest
  @ValueSource(strings = {"custom", "directory"})
  void whatPgDumpWritesPgRestoreRestores(String format) throws Exception {
    String source = createDatabase("dump_" + format);
    String copy = createDatabase("restored_" + format);
    program("pgbench", "-i", "-q", "-s", "1", source).requireSuccess();
    psql(source, "SELECT lo_from_bytea(0, repeat('large object', 100000)::bytea)");
    Path dump = directory.resolve("dump");
    String jobs = format.equals("directory") ? "2" : "1";
    program("pg_dump", "-F", format, "-j", jobs, "-f", dump.toString(), source).requireSuccess();
    program("pg_restore", "-j", "2", "--exit-on-error", "-d", copy, dump.toString())
        .requireSuccess();

    String digest =
        "SELECT md5(string_agg(a::text, ',' ORDER BY aid)) || (SELECT md5(string_agg(data, ''"
            + " ORDER BY loid, pageno)) FROM pg_largeobject) FROM pgbench_accounts AS a";
    assertThat(psql(copy, digest)).hasSize(64).isEqualTo(psql(source, digest));
  }

  @Test
  void pgBasebackupStreamsTwoConnections() throws Exception {
    Path backup = directory.resolve("backup");
    program("pg_basebackup", "-D", backup.toString(), "-X", "stream", "-c", "fast", "--no-sync")
        .requireSuccess();
    assertThat(program("pg_verifybackup", backup.toString()).requireSuccess())
        .contains("backup successfully verified");
  }

  @Test
  void pgReceivewalFollowsTheLog() throws Exception {
    psql("postgres", "SELECT pg_create_physical_replication_slot('wal', true)");
    psql("postgres", "CREATE TABLE followed AS SELECT generate_series(1, 10000)");
    String end = psql("postgres", "SELECT pg_switch_wal()");
    Path log = Files.createDirectory(directory.resolve("log"));
    program(
            "pg_receivewal",
            "-D",
            log.toString(),
            "-S",
            "wal",
            "--endpos=" + end,
            "--no-loop",
            "--no-sync")
        .requireSuccess();
    assertThat(log.toFile().list()).isNotEmpty();
    await()
        .ignoreExceptions()
        .until(() -> {
          psql("postgres", "SELECT pg_drop_replication_slot('wal')");
          return true;
        });
  }

  @Test
  void pgRecvlogicalDecodesRows() throws Exception {
    program(
            "pg_recvlogical",
            "-d",
            "postgres",
            "-S",
            "rows",
            "-P",
            "test_decoding",
            "--create-slot")
        .requireSuccess();
    psql("postgres", "CREATE TABLE decoded (text text)");
    psql("postgres", "INSERT INTO decoded VALUES ('a row that is decoded')");
    String end = psql("postgres", "SELECT pg_current_wal_lsn()");
    assertThat(
            program(
                    "pg_recvlogical",
                    "-d",
                    "postgres",
                    "-S",
                    "rows",
                    "--start",
                    "--no-loop",
                    "--endpos=" + end,
                    "-f",
                    "-")
                .requireSuccess())
        .contains("table public.decoded: INSERT: text[text]:'a row that is decoded'");
    program("pg_recvlogical", "-d", "postgres", "-S", "rows", "--drop-slot").requireSuccess();
  }

  @ParameterizedTest
  @ValueSource(strings = {"psycopg", "psycopg2"})
  void pythonDriver(String driver) throws Exception {
    Path python = Path.of("/usr/bin/python3");
    assumeTrue(
        Files.isExecutable(python)
            && run(python.toString(), "-c", "import " + driver).exitCode() == 0,
        "the distribution's python3-" + driver + " is not installed");
    assertThat(
            run(python.toString(), PROGRAMS.resolve("python/" + driver + "_client.py").toString())
                .requireSuccess())
        .endsWith("done\n");
  }

  @Test
  void nodeDriver() throws Exception {
    Optional<Path> node = Programs.inPath("node");
    Optional<Path> npm = Programs.inPath("npm");
    assumeTrue(node.isPresent() && npm.isPresent(), "node and npm are not installed");
    Path home = Path.of("target", "clients", "node").toAbsolutePath();
    Files.createDirectories(home);
    for (String file : List.of("package.json", "package-lock.json", "client.mjs")) {
      Files.copy(
          PROGRAMS.resolve("node").resolve(file),
          home.resolve(file),
          StandardCopyOption.REPLACE_EXISTING);
    }
    Said installed =
        Said.of(
            new ProcessBuilder(
                    npm.get().toString(),
                    "ci",
                    "--prefer-offline",
                    "--ignore-scripts",
                    "--no-audit",
                    "--no-fund")
                .directory(home.toFile()));
    assumeTrue(
        installed.exitCode() == 0, () -> "npm cannot install the driver: " + installed.output());
    assertThat(run(node.get().toString(), home.resolve("client.mjs").toString()).requireSuccess())
        .endsWith("done\n");
  }

  private String createDatabase(String name) throws Exception {
    psql("postgres", "CREATE DATABASE " + name);
    return name;
  }

  private String psql(String database, String sql) throws Exception {
    return program("psql", "-X", "-At", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql)
        .requireSuccess()
        .strip();
  }

  private Said program(String name, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(server.bin().resolve(name).toString());
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  private Said run(String... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    builder.environment().putAll(GatewayFiles.environment(gateway.port()));
    return Said.of(builder);
  }
}
