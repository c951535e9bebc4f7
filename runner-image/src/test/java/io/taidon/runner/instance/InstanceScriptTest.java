package io.taidon.runner.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.taidon.core.scram.ScramVerifier;
import io.taidon.engine.postgres.TestClusters;
import io.taidon.engine.psql.ClientTools;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The instance's script with a real server, as the user that is not root. */
class InstanceScriptTest {
  private static final Path SCRIPT =
      Path.of(System.getProperty("taidon.root"), "runner-image/src/main/docker/instance")
          .toAbsolutePath()
          .normalize();
  private static final String PASSWORD = "correct horse";

  private final List<Process> started = new ArrayList<>();
  private Path root;
  private Path data;
  private int port;

  @BeforeEach
  void begin() throws Exception {
    assumeTrue(Files.exists(Path.of("/usr/bin/flock")), "flock of util-linux is not here");
    data = TestClusters.cluster(17);
    root = data.getParent();
    port = freePort();
    Files.createDirectory(root.resolve("credentials"));
    setVerifier(ScramVerifier.of(PASSWORD).text());
    setRole("sqlrs");
    Files.createDirectory(root.resolve("tmp"));
    Files.setPosixFilePermissions(
        root.resolve("tmp"), PosixFilePermissions.fromString("rwxrwxrwx"));
    TestClusters.OS_USER.own(data);
    TestClusters.OS_USER.own(root.resolve("tmp"));
  }

  @AfterEach
  void end() throws Exception {
    for (Process process : started) {
      if (process.isAlive()) {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
          process.descendants().forEach(ProcessHandle::destroyForcibly);
          process.destroyForcibly();
        }
      }
    }
  }

  @Test
  void thePasswordLetsInAndNothingElse() throws Exception {
    start();
    awaitLogin();

    try (Connection connection = connect("127.0.0.1", PASSWORD)) {
      assertThat(value(connection, "select current_user")).isEqualTo("sqlrs");
      assertThat(value(connection, "show fsync")).isEqualTo("off");
    }
    assertThatThrownBy(() -> connect("127.0.0.1", "wrong").close())
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("password authentication failed");
    assertThatThrownBy(() -> connect("127.0.0.1", "").close()).isInstanceOf(SQLException.class);
    Path socket = root.resolve("tmp/instance/socket");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
        .isEqualTo("rwx------");
    assertThat(log()).doesNotContain("SCRAM-SHA-256$");
  }

  @Test
  void whereItIsStandsInTheFileThatIsForIt() throws Exception {
    Path address = Files.createFile(root.resolve("credentials/address"));
    TestClusters.OS_USER.own(address);
    start();

    await().atMost(Duration.ofSeconds(60)).until(() -> Files.size(address) > 0);
    assertThat(address).hasContent("10.1.2.3\n");
    awaitLogin();
  }

  @Test
  void nobodyGetsInWithoutAVerifier() throws Exception {
    setVerifier("secret");

    assertThat(start().waitFor()).isEqualTo(1);
    assertThat(log()).contains("holds no SCRAM-SHA-256 verifier").doesNotContain("secret");
  }

  @Test
  void aServerThatDoesNotStartEndsThePod() throws Exception {
    Files.write(data.resolve("global/pg_control"), new byte[8192]);

    Process process = start();

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isNotZero();
    assertThat(log()).contains("database system");
  }

  @Test
  void aClusterWithoutItsSuperuserLetsNobodyIn() throws Exception {
    Process first = start();
    awaitLogin();
    try (Connection connection = connect("127.0.0.1", PASSWORD);
        Statement statement = connection.createStatement()) {
      statement.execute("create role other superuser login password 'known'");
    }
    // Nobody can rename the role that is logged in.
    try (Connection connection = connect("other", "127.0.0.1", "known");
        Statement statement = connection.createStatement()) {
      statement.execute("alter role sqlrs rename to somebody");
    }
    stop(first);

    Process process = start();

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(log()).contains("password could not be set");
  }

  @Test
  void aPasswordThatAScriptSetIsReplacedBeforeAnybodyGetsIn() throws Exception {
    // The cluster of another instance, with its password.
    Process first = start();
    awaitLogin();
    stop(first);
    setVerifier(ScramVerifier.of("the new one").text());
    start();

    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(() -> {
          // As often as it is tried meanwhile: the old one never works.
          assertThat(canLogIn(PASSWORD)).isFalse();
          return canLogIn("the new one");
        });
    assertThat(canLogIn(PASSWORD)).isFalse();
  }

  @Test
  void aTermSignalShutsDownCleanlyWithClientsConnected() throws Exception {
    Process process = start();
    awaitLogin();
    try (Connection connection = connect("127.0.0.1", PASSWORD)) {
      assertThat(value(connection, "select 1")).isEqualTo("1");
      stop(process);
    }

    assertThat(process.exitValue()).isZero();
    assertThat(data.resolve("postmaster.pid")).doesNotExist();
    assertThat(log()).contains("database system is shut down");
  }

  @Test
  void aKilledServerRecoversWhateverItsLockFileSays() throws Exception {
    Process process = start();
    awaitLogin();
    try (Connection connection = connect("127.0.0.1", PASSWORD);
        Statement statement = connection.createStatement()) {
      statement.execute("set synchronous_commit = on");
      statement.execute("create table kept(x int)");
    }
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    process.waitFor();
    assertThat(data.resolve("postmaster.pid")).exists();
    // In the next pod its process id is one of ours.
    List<String> lock = new ArrayList<>(Files.readAllLines(data.resolve("postmaster.pid")));
    lock.set(0, Long.toString(ProcessHandle.current().pid()));
    Files.write(data.resolve("postmaster.pid"), lock);

    start();
    awaitLogin();
    try (Connection connection = connect("127.0.0.1", PASSWORD)) {
      assertThat(value(connection, "select count(*) from kept")).isEqualTo("0");
    }
    assertThat(log()).contains("automatic recovery in progress");
  }

  @Test
  void aReaderReadsEverythingAndNobodyWrites() throws Exception {
    Process owner = start();
    awaitLogin();
    try (Connection connection = connect("127.0.0.1", PASSWORD);
        Statement statement = connection.createStatement()) {
      statement.execute("create schema private");
      statement.execute("create table private.kept as select 42 as answer");
      statement.execute("create table open(i int)");
      statement.execute("grant all on open to public");
      statement.execute("create role other superuser login password 'known'");
      // A script that prepares for the reader.
      statement.execute("create role sqlrs_reader superuser login password 'planted'");
      statement.execute("grant sqlrs to sqlrs_reader");
    }
    stop(owner);
    setRole("sqlrs_reader");
    Process reader = start();
    await().atMost(Duration.ofSeconds(60)).until(() -> canLogIn("sqlrs_reader", PASSWORD));

    readsAndDoesNotWrite();
    assertThat(canLogIn("sqlrs_reader", "planted")).isFalse();
    assertThat(canLogIn("sqlrs", PASSWORD)).isFalse();
    assertThat(canLogIn("other", "known")).isFalse();

    // Asleep and awake again.
    stop(reader);
    assertThat(reader.exitValue()).isZero();
    start();
    await().atMost(Duration.ofSeconds(60)).until(() -> canLogIn("sqlrs_reader", PASSWORD));
    readsAndDoesNotWrite();
  }

  private void readsAndDoesNotWrite() throws SQLException {
    try (Connection connection = connect("sqlrs_reader", "127.0.0.1", PASSWORD);
        Statement statement = connection.createStatement()) {
      assertThat(value(connection, "select answer from private.kept")).isEqualTo("42");
      assertThat(value(connection, "select pg_is_in_recovery()")).isEqualTo("t");
      for (String write :
          List.of(
              "set transaction_read_only = off",
              "insert into open values (1)",
              "create temp table mine(i int)",
              "select pg_promote()",
              "set role sqlrs")) {
        assertThatThrownBy(() -> statement.execute(write))
            .as(write)
            .isInstanceOf(SQLException.class);
      }
    }
  }

  @Test
  void aRoleThatNobodyGaveOutIsRefused() throws Exception {
    setRole("postgres");

    assertThat(start().waitFor()).isEqualTo(1);
    assertThat(log()).contains("holds no role of an instance");
  }

  private void setVerifier(String text) throws IOException {
    Files.writeString(root.resolve("credentials/verifier"), text);
  }

  private void setRole(String name) throws IOException {
    Files.writeString(root.resolve("credentials/role"), name);
  }

  private Process start() throws IOException {
    List<String> command =
        new ArrayList<>(
            TestClusters.OS_USER.wrap(
                List.of(
                    "/usr/bin/env",
                    "-i",
                    "PATH=/usr/bin:/bin",
                    "TAIDON_DATA=" + data,
                    "TAIDON_CREDENTIALS=" + root.resolve("credentials"),
                    "TAIDON_POSTGRES=" + TestClusters.home(17).directory(),
                    "TAIDON_PSQL="
                        + ClientTools.ofThisMachine(ClientTools.Configured.NONE)
                            .find(ClientTools.Tool.PSQL),
                    "TAIDON_PORT=" + port,
                    "TAIDON_ADDRESS=10.1.2.3",
                    "TAIDON_CONTROL=" + root.resolve("tmp/instance"),
                    "/bin/sh",
                    copyOfScript().toString())));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(root.resolve("log").toFile()))
            .start();
    started.add(process);
    return process;
  }

  /** The checkout may lie where the server's user cannot go. */
  private Path copyOfScript() throws IOException {
    Path copy = root.resolve("instance");
    if (!Files.exists(copy)) {
      Files.copy(SCRIPT, copy);
    }
    return copy;
  }

  private static void stop(Process process) throws InterruptedException {
    process.destroy();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
  }

  private void awaitLogin() {
    await().atMost(Duration.ofSeconds(60)).until(() -> canLogIn(PASSWORD));
  }

  private boolean canLogIn(String password) {
    return canLogIn("sqlrs", password);
  }

  private boolean canLogIn(String user, String password) {
    try (Connection connection = connect(user, "127.0.0.1", password)) {
      return connection.isValid(5);
    } catch (SQLException e) {
      return false;
    }
  }

  private Connection connect(String host, String password) throws SQLException {
    return connect("sqlrs", host, password);
  }

  private Connection connect(String user, String host, String password) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    return DriverManager.getConnection(
        "jdbc:postgresql://" + host + ":" + port + "/postgres", properties);
  }

  private static String value(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }

  private String log() throws IOException {
    return Files.readString(root.resolve("log"));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
