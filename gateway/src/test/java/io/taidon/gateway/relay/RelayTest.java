package io.taidon.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.taidon.gateway.RawClient;
import io.taidon.gateway.TestGateway;
import io.taidon.gateway.TestInstance;
import io.taidon.gateway.wire.ProtocolVersion;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

class RelayTest {
  private static final int ROWS = 1_000_000;
  private static final int ROW_BYTES = 1000;

  private final TestGateway gateway = TestGateway.start();
  private final TestInstance instance = gateway.running("one");

  @AfterEach
  void close() {
    gateway.close();
  }

  private RawClient ready() throws Exception {
    RawClient client =
        RawClient.authenticate(gateway, "one", instance.keys(), ProtocolVersion.V3_0);
    assertThat(client.untilReady().getLast().type()).isEqualTo('Z');
    return client;
  }

  @Test
  void aStalledClientCostsNoMemoryAndGetsEverythingInTheEnd() throws Exception {
    try (RawClient client = ready();
        Connection other = gateway.connect("one");
        Statement statement = other.createStatement()) {
      client.query(
          "COPY (SELECT repeat('x', %d) FROM generate_series(1, %d)) TO STDOUT"
              .formatted(ROW_BYTES, ROWS));
      client.expect('H');
      // The server waits for us to read as soon as all buffers on the way are full.
      await()
          .until(() -> {
            try (var result =
                statement.executeQuery(
                    "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'ClientWrite'")) {
              return result.next();
            }
          });
      assertThat(gateway.gateway().directMemory()).isLessThan(32L << 20);

      long bytes = 0;
      long rows = 0;
      RawClient.Message message = client.next();
      while (message.type() == 'd') {
        bytes += message.body().length;
        rows++;
        message = client.next();
      }
      assertThat(rows).isEqualTo(ROWS);
      assertThat(bytes).isEqualTo((long) ROWS * (ROW_BYTES + 1));
      assertThat(gateway.gateway().directMemory()).isLessThan(32L << 20);
    }
  }

  @Test
  void copyGoesBothWaysUnchanged() throws Exception {
    byte[] data = new byte[3 << 20];
    new Random(7).nextBytes(data);
    String hex = java.util.HexFormat.of().formatHex(data);
    try (Connection connection = gateway.connect("one");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE bytes (hex text)");
      var copy = connection.unwrap(PGConnection.class).getCopyAPI();
      copy.copyIn("COPY bytes FROM STDIN", new java.io.StringReader(hex + "\n"));
      var out = new java.io.ByteArrayOutputStream();
      copy.copyOut("COPY bytes TO STDOUT", out);
      assertThat(out.toString(StandardCharsets.US_ASCII).strip()).isEqualTo(hex);
    }
  }

  @Test
  void aClientThatClosesItsSideStillGetsItsAnswer() throws Exception {
    try (RawClient client = ready()) {
      client.query("SELECT repeat('y', 100000)");
      client.socket().shutdownOutput();

      assertThat(client.untilReady().stream().map(RawClient.Message::type))
          .containsExactly('T', 'D', 'C', 'Z');
      assertThat(client.isAtEnd()).isTrue();
    }
    await().until(() -> gateway.gateway().census().connections() == 0);
  }

  @Test
  void whatAClientSendsAheadIsAnsweredInOrder() throws Exception {
    try (RawClient client =
        RawClient.authenticate(gateway, "one", instance.keys(), ProtocolVersion.V3_0)) {
      client.query("SELECT 'first'");
      client.query("SELECT 'second'");
      assertThat(client.untilReady().getLast().type()).isEqualTo('Z');
      assertThat(client.untilReady().get(1).text()).endsWith("first");
      assertThat(client.untilReady().get(1).text()).endsWith("second");
    }
  }

  @Test
  void aBrokenMessageIsAnsweredByTheServerItself() throws Exception {
    try (RawClient client = ready()) {
      client.socket().getOutputStream().write(new byte[] {'Q', 0, 0, 0, 1, 2, 3});
      RawClient.Message error = client.expect('E');
      assertThat(error.field('C')).hasValue("08P01");
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void useCountsAndPingsDoNot() throws Exception {
    try (RawClient client = ready()) {
      var reports = gateway.directory();
      await().until(() -> !reports.reports().isEmpty());
      var opened = reports.reports().getLast().lastActivity();
      client.query("SELECT 1");
      client.untilReady();
      client.query("/* ping */ SELECT 1;");
      client.untilReady();
      assertThat(Arrays.asList(reports.reports().getLast().lastActivity())).contains(opened);

      client.query("SELECT 'something to do'");
      client.untilReady();
      await().until(() -> reports.reports().getLast().lastActivity().isAfter(opened));
    }
  }
}
