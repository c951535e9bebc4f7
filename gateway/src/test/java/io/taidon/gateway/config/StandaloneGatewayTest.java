package io.taidon.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.taidon.core.scram.ScramKeys;
import io.taidon.core.scram.ScramVerifier;
import io.taidon.engine.postgres.FreePort;
import io.taidon.engine.postgres.PostgresServer;
import io.taidon.engine.postgres.PostgresServer.StopMode;
import io.taidon.engine.postgres.ServerOptions;
import io.taidon.engine.postgres.TestClusters;
import io.taidon.gateway.auth.TokenGrant;
import io.taidon.gateway.auth.TokenSigner;
import io.taidon.gateway.auth.TokenSigningKey;
import io.taidon.gateway.directory.Access;
import io.taidon.gateway.directory.InstanceReference;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With real clients in front, libpq and pgjdbc, and a real server behind that asks for SCRAM. */
class StandaloneGatewayTest {
  private static final String PASSWORD = "correct horse battery staple";
  private static final ScramVerifier VERIFIER = ScramVerifier.of(PASSWORD);
  private static final int PORT = FreePort.pick();
  private static PostgresServer server;

  @TempDir Path files;
  private final TokenSigningKey key = TokenSigningKey.create();
  private StandaloneGateway gateway;

  @BeforeAll
  static void startServer() throws Exception {
    Path data = TestClusters.cluster(18);
    server =
        PostgresServer.start(
            TestClusters.home(18),
            TestClusters.OS_USER,
            ServerOptions.instance(data, data.resolveSibling("control")).withTcpPort(PORT));
    server.setPassword(VERIFIER);
  }

  @AfterAll
  static void stopServer() {
    server.stop(StopMode.IMMEDIATE);
  }

  @BeforeEach
  void start() throws Exception {
    writeDirectory("one");
    Files.writeString(files.resolve("keys.json"), key.publicJwks());
    X509Bundle certificate =
        new CertificateBuilder()
            .subject("CN=localhost")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    Files.writeString(files.resolve("chain.pem"), certificate.getCertificatePathPEM());
    Files.writeString(files.resolve("key.pem"), certificate.getPrivateKeyPEM());
    Path settings = files.resolve("gateway.properties");
    Files.writeString(
        settings,
        """
        listen=127.0.0.1:0
        health.listen=127.0.0.1:0
        directory.file=%1$s/directory.json
        tokens.keys=%1$s/keys.json
        tls.certificate=%1$s/chain.pem
        tls.key=%1$s/key.pem
        reload.every=100ms
        """
            .formatted(files));
    gateway = StandaloneGateway.start(GatewayConfig.read(Optional.of(settings), Map.of()));
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void psqlLogsInByScramPlain() throws Exception {
    assertThat(psql(PASSWORD, "sslmode=disable")).isEqualTo("sqlrs\n");
    assertThat(metric("taidon_gateway_logins_total{outcome=\"scram\"}")).isEqualTo("1.0");
  }

  @Test
  void psqlLogsInByScramBoundToTheCertificate() throws Exception {
    assertThat(psql(PASSWORD, "sslmode=require channel_binding=require")).isEqualTo("sqlrs\n");
    assertThat(metric("taidon_gateway_logins_total{outcome=\"scram_plus\"}")).isEqualTo("1.0");
  }

  @Test
  void psqlIsToldOfAWrongPassword() throws Exception {
    assertThat(psql("wrong", "sslmode=require channel_binding=require"))
        .contains("password authentication failed for user \"sqlrs\"");
  }

  @Test
  void pgjdbcLogsInByScramPlainAndBound() throws Exception {
    assertThat(user("sqlrs~one", PASSWORD, Map.of("sslmode", "disable"))).isEqualTo("sqlrs");
    assertThat(
            user("sqlrs~one", PASSWORD, Map.of("sslmode", "require", "channelBinding", "require")))
        .isEqualTo("sqlrs");
  }

  @Test
  void aTokenIsAPassword() throws Exception {
    assertThat(user("sqlrs~token", token(key, Instant.now()), Map.of("sslmode", "require")))
        .isEqualTo("sqlrs");
    assertThat(metric("taidon_gateway_logins_total{outcome=\"token\"}")).isEqualTo("1.0");
  }

  @Test
  void anExpiredTokenIsSaidToBe() {
    String expired = token(key, Instant.now().minus(Duration.ofHours(2)));
    assertThatThrownBy(() -> user("sqlrs~token", expired, Map.of()))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"))
        .hasMessageContaining("The token expired at")
        .hasMessageNotContaining(expired);
  }

  @Test
  void keysThatAreTakenAwayTakeTheirTokensAlong() throws Exception {
    String token = token(key, Instant.now());
    assertThat(user("sqlrs~token", token, Map.of())).isEqualTo("sqlrs");
    TokenSigningKey next = TokenSigningKey.create();
    Files.writeString(files.resolve("keys.json"), next.publicJwks());
    gateway.reload();
    assertThatThrownBy(() -> user("sqlrs~token", token, Map.of()))
        .hasMessageContaining("token authentication failed");
    assertThat(user("sqlrs~token", token(next, Instant.now()), Map.of())).isEqualTo("sqlrs");
  }

  @Test
  void keysThatCannotBeReadChangeNothing() throws Exception {
    Files.writeString(files.resolve("keys.json"), "{");
    gateway.reload();
    assertThat(user("sqlrs~token", token(key, Instant.now()), Map.of())).isEqualTo("sqlrs");
  }

  @Test
  void theDirectoryIsReadAgainWhenItChanges() throws Exception {
    try (Connection session = connect("sqlrs~one", PASSWORD, Map.of())) {
      writeDirectory("other");
      // Logging in until it works would be guessing, which the door stops after some failures.
      await().until(() -> !session.isValid(30));
    }
    assertThat(user("sqlrs~other", PASSWORD, Map.of())).isEqualTo("sqlrs");
    assertThatThrownBy(() -> user("sqlrs~one", PASSWORD, Map.of()))
        .hasMessageContaining("password authentication failed");
  }

  @Test
  void itIsHealthyUntilItDrains() throws Exception {
    assertThat(get("/healthz").body()).isEqualTo("ok\n");
    assertThat(get("/readyz").statusCode()).isEqualTo(200);
    try (Connection session = connect("sqlrs~one", PASSWORD, Map.of());
        Statement statement = session.createStatement()) {
      session.setAutoCommit(false);
      statement.execute("SELECT 1"); // in a transaction, so it is not cut off at once
      CompletableFuture<Void> drained = CompletableFuture.runAsync(this::drain);
      await().until(() -> get("/readyz").statusCode() == 503);
      assertThat(get("/readyz").body()).isEqualTo("draining\n");
      assertThat(get("/healthz").statusCode()).isEqualTo(200);
      assertThat(drained).isNotDone();
      session.commit();
      drained.get();
    }
  }

  @Test
  void nothingThatGoesWrongAtTheStartStaysOpen() throws Exception {
    Path settings = files.resolve("second.properties");
    Files.writeString(
        settings,
        "listen=127.0.0.1:%d\ndirectory.file=%s/directory.json\nhealth.listen=\n"
            .formatted(gateway.port(), files));
    GatewayConfig config = GatewayConfig.read(Optional.of(settings), Map.of());
    assertThatThrownBy(() -> StandaloneGateway.start(config)).hasMessageContaining("listen on");
  }

  private void drain() {
    try {
      gateway.drain();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void writeDirectory(String id) throws IOException {
    ScramKeys keys = ScramVerifier.keys(PASSWORD, VERIFIER.salt(), VERIFIER.iterations());
    Base64.Encoder base64 = Base64.getEncoder();
    Files.writeString(
        files.resolve("directory.json"),
        """
        {"instances":[{"id":"%s","address":"127.0.0.1:%d","roles":[
          {"name":"sqlrs","verifier":"%s","clientKey":"%s","serverKey":"%s"}]}]}
        """
            .formatted(
                id,
                PORT,
                VERIFIER.text(),
                base64.encodeToString(keys.clientKey()),
                base64.encodeToString(keys.serverKey())));
  }

  private static String token(TokenSigningKey signingKey, Instant from) {
    byte[] token =
        new TokenSigner(signingKey, "taidon-gateway")
            .sign(
                new TokenGrant(
                    new InstanceReference("one"),
                    "sqlrs",
                    Access.READ_WRITE,
                    from,
                    from.plus(Duration.ofHours(1)),
                    Optional.empty()));
    return new String(token, StandardCharsets.US_ASCII);
  }

  private String user(String user, String password, Map<String, String> more) throws SQLException {
    try (Connection connection = connect(user, password, more);
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT current_user")) {
      rows.next();
      return rows.getString(1);
    }
  }

  private Connection connect(String user, String password, Map<String, String> more)
      throws SQLException {
    Properties properties = new Properties();
    properties.putAll(more);
    properties.put("user", user);
    properties.put("password", password);
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + gateway.port() + "/postgres", properties);
  }

  /** What psql says, be it the answer or the complaint. */
  private String psql(String password, String options) throws Exception {
    assumeThat(Path.of("/usr/bin/psql")).as("psql, to log in as libpq does").exists();
    ProcessBuilder builder =
        new ProcessBuilder(
            "/usr/bin/psql",
            "--no-psqlrc",
            "--tuples-only",
            "--no-align",
            "--command=SELECT current_user",
            "host=127.0.0.1 port=%d user=sqlrs~one dbname=postgres %s"
                .formatted(gateway.port(), options));
    builder.environment().put("PGPASSWORD", password);
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }

  private String metric(String name) throws Exception {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .map(line -> line.substring(name.length() + 1))
        .findFirst()
        .orElse("none");
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + gateway.healthPort().orElseThrow() + path);
      return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
  }
}
