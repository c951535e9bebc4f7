package io.taidon.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import io.taidon.gateway.transport.TransportKind;
import io.taidon.gateway.wire.ProtocolVersion;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;

/** The core of a session, over every way to do network I/O that this machine has. */
@ParameterizedClass
@EnumSource(
    value = TransportKind.class,
    names = {"EPOLL", "IO_URING", "NIO"})
class SessionTest {
  private final TestGateway gateway;

  SessionTest(TransportKind transport) {
    assumeThat(transport != TransportKind.EPOLL || Epoll.isAvailable())
        .as("epoll, which only Linux has")
        .isTrue();
    assumeThat(transport != TransportKind.IO_URING || IoUring.isAvailable())
        .as("an io_uring ring, which the kernel or a seccomp profile forbids here")
        .isTrue();
    gateway = TestGateway.start(settings -> settings.withTransport(transport));
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void aClientReachesItsInstanceByTheSuffixOfItsRole() throws Exception {
    gateway.running("one");
    gateway.runningOverTcp("two", 18);

    assertThat(query("one", "SELECT current_setting('server_version_num')::int / 10000"))
        .isEqualTo("17");
    assertThat(query("two", "SELECT current_setting('server_version_num')::int / 10000"))
        .isEqualTo("18");
    await().until(() -> gateway.gateway().census().connections() == 0);
    assertThat(gateway.gateway().census().sessions()).isEmpty();
  }

  @Test
  void parametersOfTheClientReachTheServer() throws Exception {
    gateway.running("one");

    try (Connection connection =
            gateway.connect(
                "one",
                Map.of(
                    "ApplicationName",
                    "two words",
                    "options",
                    "-c search_path=a,b -c work_mem=77kB"));
        Statement statement = connection.createStatement()) {
      assertThat(value(statement, "SHOW application_name")).isEqualTo("two words");
      assertThat(value(statement, "SHOW search_path")).isEqualTo("a,b");
      assertThat(value(statement, "SHOW work_mem")).isEqualTo("77kB");
    }
  }

  @Test
  void aWrongPasswordAndAnUnknownInstanceLookAlike() {
    gateway.running("one");

    String wrong = failure("one", Map.of("password", "wrong"));
    String unknown = failure("none", Map.of());

    assertThat(wrong).isEqualTo(unknown).contains("28P01");
    assertThat(wrong).contains("password authentication failed for user \"sqlrs\"");
  }

  @Test
  void theServersOwnRefusalIsPassedOn() {
    gateway.running("one");

    assertThatThrownBy(
            () -> gateway.connect("one", Map.of("options", "-c no_such_setting=1")).close())
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42704"));
  }

  @Test
  void copyGoesBothWaysAndALongResultComesWhole() throws Exception {
    gateway.running("one");
    try (Connection connection = gateway.connect("one");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE numbers (n int)");
      var copy = connection.unwrap(PGConnection.class).getCopyAPI();
      String rows =
          IntStream.range(0, 100_000).mapToObj(n -> n + "\n").collect(Collectors.joining());
      assertThat(copy.copyIn("COPY numbers FROM STDIN", new StringReader(rows))).isEqualTo(100_000);
      StringWriter out = new StringWriter();
      copy.copyOut("COPY (SELECT n FROM numbers ORDER BY n) TO STDOUT", out);
      assertThat(out.toString()).isEqualTo(rows);
      assertThat(value(statement, "SELECT length(repeat('x', 20000000))")).isEqualTo("20000000");
      assertThat(value(statement, "SELECT repeat('x', 20000000)")).hasSize(20_000_000);
    }
  }

  /** As libpq's pipeline mode: many rounds under way, one of which fails and takes its own down. */
  @Test
  void pipelinesAreAnsweredInOrder() throws Exception {
    TestInstance instance = gateway.running("one");
    try (RawClient client =
        RawClient.authenticate(gateway, "one", instance.keys(), ProtocolVersion.V3_0)) {
      client.untilReady();
      for (int round = 0; round < 100; round++) {
        execute(client, round == 50 ? "SELECT 1/0" : "SELECT " + round);
        execute(client, "SELECT 'more'");
        client.send('S', new byte[0]);
      }
      for (int round = 0; round < 100; round++) {
        RawClient.Message message = client.next();
        StringBuilder types = new StringBuilder();
        while (message.type() != 'Z') {
          types.append(message.type());
          message = client.next();
        }
        assertThat(types.toString()).isEqualTo(round == 50 ? "1E" : "12DC12DC");
      }
    }
  }

  private static void execute(RawClient client, String sql) throws IOException {
    client.send('P', ("\0" + sql + "\0\0\0").getBytes(StandardCharsets.US_ASCII));
    client.send('B', new byte[8]);
    client.send('E', new byte[5]);
  }

  @Test
  void aReplicationConnectionAnswersItsOwnCommands() throws Exception {
    gateway.running("one");
    try (Connection connection =
            gateway.connect(
                "one",
                Map.of(
                    "replication",
                    "database",
                    "preferQueryMode",
                    "simple",
                    "assumeMinServerVersion",
                    "17"));
        Statement statement = connection.createStatement()) {
      try (ResultSet result = statement.executeQuery("IDENTIFY_SYSTEM")) {
        assertThat(result.next()).isTrue();
        assertThat(result.getString("dbname")).isEqualTo("postgres");
      }
    }
  }

  @Test
  void bytesOfAnOpenSessionAreCounted() throws Exception {
    gateway.running("one");
    try (Connection connection = gateway.connect("one");
        Statement statement = connection.createStatement()) {
      assertThat(value(statement, "SELECT repeat('x', 100000)")).hasSize(100_000);
      await().until(() -> gateway.count("taidon.gateway.relayed") > 100_000);
      double open = gateway.count("taidon.gateway.relayed");
      connection.close();
      await().until(() -> gateway.gateway().census().sessions().isEmpty());
      // what the goodbye added, and not everything once more
      assertThat(gateway.count("taidon.gateway.relayed")).isBetween(open, open + 1000);
    }
  }

  private String failure(String instance, Map<String, String> properties) {
    try (Connection connection = gateway.connect(instance, properties)) {
      throw new AssertionError("connected: " + connection);
    } catch (SQLException e) {
      return e.getSQLState() + " " + e.getMessage();
    }
  }

  private String query(String instance, String sql) throws SQLException {
    try (Connection connection = gateway.connect(instance);
        Statement statement = connection.createStatement()) {
      return value(statement, sql);
    }
  }

  private static String value(Statement statement, String sql) throws SQLException {
    try (ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getString(1);
    }
  }
}
