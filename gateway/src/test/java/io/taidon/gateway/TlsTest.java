package io.taidon.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBufAllocator;
import io.netty.pkitesting.X509Bundle;
import io.taidon.gateway.tls.Certificates;
import io.taidon.gateway.tls.Reload;
import io.taidon.gateway.tls.ServerTls;
import io.taidon.gateway.tls.ServerTlsSettings;
import io.taidon.gateway.wire.Messages;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From the client to a real server through a gateway that requires TLS. */
class TlsTest {
  private static final String NAME = "localhost";

  @TempDir Path files;
  private ServerTls tls;
  private TestGateway gateway;

  @BeforeEach
  void start() throws Exception {
    install(Certificates.selfSigned(NAME));
    tls = ServerTls.load(ServerTlsSettings.of(Certificates.write(files, "gateway", served)));
    gateway =
        TestGateway.start(settings -> settings.withStartup(settings.startup().withTls(tls, true)));
    gateway.running("one");
  }

  private X509Bundle served;

  private void install(X509Bundle bundle) throws Exception {
    served = bundle;
    Certificates.write(files, "gateway", bundle);
    Files.writeString(files.resolve("root.pem"), bundle.getRootCertificatePEM());
  }

  @AfterEach
  void close() {
    gateway.close();
    tls.close();
  }

  @Test
  void psqlVerifiesInFullAndBindsTheChannel() throws Exception {
    assumeThat(Path.of("/usr/bin/psql")).as("psql, to log in as libpq does").exists();
    Process psql = psql("verify-full", "-c", "SELECT 40 + 2");
    assertThat(output(psql)).isEqualTo("42\n");
    assertThat(psql.waitFor()).isZero();
    assertThat(gateway.count("taidon.gateway.logins")).isEqualTo(1);
    assertThat(gateway.log().of("login").getFirst().get("outcome").asText())
        .isEqualTo("scram_plus");
  }

  @Test
  void psqlOverPlainTextIsToldWhatToDo() throws Exception {
    assumeThat(Path.of("/usr/bin/psql")).as("psql, to log in as libpq does").exists();
    assertThat(output(psql("disable", "-c", "SELECT 1"))).contains("requires TLS", "sslmode");
  }

  @ParameterizedTest
  @ValueSource(strings = {"postgres", "direct"})
  void pgjdbcVerifiesInFullAndBindsTheChannel(String negotiation) throws Exception {
    try (Connection connection = connect(Map.of("sslNegotiation", negotiation))) {
      assertThat(connection.isValid(10)).isTrue();
    }
    await().until(() -> !gateway.log().of("login").isEmpty());
    assertThat(gateway.log().of("login").getFirst().get("outcome").asText())
        .isEqualTo("scram_plus");
  }

  @Test
  void aCertificateOfAnotherIssuerIsNotedByTheClient() throws Exception {
    Files.writeString(
        files.resolve("root.pem"), Certificates.selfSigned(NAME).getRootCertificatePEM());
    assertThatThrownBy(() -> connect(Map.of()).close()).isInstanceOf(SQLException.class);
  }

  /** As pgjdbc does it, and libpq's PQcancel: in plain text, whatever the session has. */
  @Test
  void aCancelRequestInPlainTextIsTaken() throws Exception {
    try (Connection connection = connect(Map.of());
        Statement statement = connection.createStatement();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> query = threads.submit(() -> statement.execute("SELECT pg_sleep(600)"));
      await()
          .until(() -> {
            try (Connection other = connect(Map.of());
                Statement look = other.createStatement();
                ResultSet found =
                    look.executeQuery(
                        "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'")) {
              return found.next();
            }
          });
      statement.cancel();
      assertThatThrownBy(query::get).hasMessageContaining("canceling statement");
      assertThat(connection.isValid(10)).isTrue();
    }
    try (RawClient stranger = new RawClient(gateway.socket())) {
      stranger.send(Messages.cancelRequest(ByteBufAllocator.DEFAULT, 1, new byte[4]));
      assertThat(stranger.isAtEnd()).isTrue();
    }
  }

  @Test
  void certificatesAreReplacedUnderLoad() throws Exception {
    AtomicBoolean enough = new AtomicBoolean();
    X509Bundle first = served;
    X509Bundle second = Certificates.selfSigned(NAME);
    Files.writeString(
        files.resolve("root.pem"), first.getRootCertificatePEM() + second.getRootCertificatePEM());
    try (Connection open = connect(Map.of());
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> clients = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        clients.add(
            threads.submit(() -> {
              int logins = 0;
              while (!enough.get()) {
                connect(Map.of()).close();
                logins++;
              }
              return logins;
            }));
      }
      for (X509Bundle next : Arrays.asList(second, first, second, first, second)) {
        double before = gateway.count("taidon.gateway.logins");
        Certificates.write(files, "gateway", next);
        assertThat(tls.reload()).isInstanceOf(Reload.Replaced.class);
        await().until(() -> gateway.count("taidon.gateway.logins") > before + 4);
      }
      enough.set(true);
      for (Future<Integer> client : clients) {
        assertThat(client.get()).isPositive(); // and none failed
      }
      assertThat(open.isValid(10)).isTrue();
    }
  }

  private Process psql(String mode, String... args) throws Exception {
    List<String> all = new ArrayList<>(List.of("-X", "-At"));
    all.addAll(List.of(args));
    ProcessBuilder builder = gateway.client("psql", "one", all.toArray(String[]::new));
    builder.environment().put("PGHOST", NAME);
    builder.environment().put("PGSSLMODE", mode);
    builder.environment().put("PGSSLROOTCERT", files.resolve("root.pem").toString());
    builder.environment().put("PGCHANNELBINDING", mode.equals("disable") ? "disable" : "require");
    return builder.start();
  }

  private static String output(Process process) throws Exception {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private Connection connect(Map<String, String> more) throws SQLException {
    Properties properties = new Properties();
    properties.put("user", TestInstance.ROLE + "~one");
    properties.put("password", TestInstance.PASSWORD);
    properties.put("sslmode", "verify-full");
    properties.put("sslrootcert", files.resolve("root.pem").toString());
    properties.put("channelBinding", "require");
    properties.putAll(more);
    return DriverManager.getConnection(
        "jdbc:postgresql://" + NAME + ":" + gateway.port() + "/postgres", properties);
  }
}
