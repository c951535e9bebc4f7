package io.taidon.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBufAllocator;
import io.taidon.gateway.auth.SignedTokens;
import io.taidon.gateway.auth.TokenGrant;
import io.taidon.gateway.auth.TokenKeys;
import io.taidon.gateway.auth.TokenSigner;
import io.taidon.gateway.auth.TokenSigningKey;
import io.taidon.gateway.directory.Access;
import io.taidon.gateway.directory.InstanceReference;
import io.taidon.gateway.wire.Messages;
import io.taidon.gateway.wire.Parameter;
import io.taidon.gateway.wire.ProtocolVersion;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoginTest {
  private static final String AUDIENCE = "gateway.test";
  private static final TokenSigningKey KEY = TokenSigningKey.create();

  private final TestGateway gateway =
      TestGateway.start(settings -> settings, new SignedTokens(AUDIENCE, TokenKeys.of(KEY)));

  @AfterEach
  void close() {
    gateway.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTokenIsEnough(boolean overTcp) throws Exception {
    if (overTcp) {
      gateway.runningOverTcp("one", 18);
    } else {
      gateway.asleep("one");
    }
    try (Connection connection =
        gateway.connect("token", Map.of("password", token("one", Instant.now().plusSeconds(60))))) {
      assertThat(connection.isValid(10)).isTrue();
    }
    assertThat(gateway.directory().wakes()).isEqualTo(overTcp ? 0 : 1);
  }

  /** It need not be the instance's: whoever has the verifier can prove that it is. */
  @Test
  void aServerThatLetsEverybodyInIsNotBelieved() throws Exception {
    gateway.runningOverTcp("open", 17);
    try (Connection connection = gateway.connect("open");
        Statement statement = connection.createStatement();
        ResultSet rules = statement.executeQuery("SHOW hba_file")) {
      assertThat(rules.next()).isTrue();
      Files.writeString(Path.of(rules.getString(1)), "host all all all trust\n");
      statement.execute("SELECT pg_reload_conf()");
    }
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() ->
            assertThatThrownBy(() -> gateway.connect("open").close())
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("did not prove that it is the one"));
  }

  @Test
  void aTokenThatHasExpiredWakesNothingAndSaysSo() {
    gateway.asleep("one");

    assertThatThrownBy(() ->
            gateway
                .connect(
                    "token", Map.of("password", token("one", Instant.now().minusSeconds(3600))))
                .close())
        .hasMessageContaining("The token expired at")
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
    assertThat(gateway.directory().wakes()).isZero();
  }

  @Test
  void aTokenForAnotherInstanceIsRefused() {
    gateway.running("one");
    gateway.running("two");

    assertThatThrownBy(() ->
            gateway
                .connect(
                    "two",
                    Map.of(
                        "options",
                        "-c taidon.auth=token",
                        "password",
                        token("one", Instant.now().plusSeconds(60))))
                .close())
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
  }

  private static String token(String instance, Instant end) {
    TokenSigner signer = new TokenSigner(KEY, AUDIENCE);
    return new String(
        signer.sign(
            new TokenGrant(
                InstanceReference.parse(instance).orElseThrow(),
                TestInstance.ROLE,
                Access.READ_WRITE,
                end.minusSeconds(7200),
                end,
                Optional.empty())),
        StandardCharsets.US_ASCII);
  }

  @Test
  void whoDawdlesOverTheLoginIsTurnedAway() throws Exception {
    try (TestGateway hasty =
            TestGateway.start(settings ->
                settings.withStartup(
                    settings.startup().withLoginDeadline(Duration.ofMillis(500))));
        RawClient silent = new RawClient(hasty.socket());
        RawClient halfway = new RawClient(hasty.socket())) {
      halfway.send(
          Messages.startup(
              ByteBufAllocator.DEFAULT,
              ProtocolVersion.V3_0,
              List.of(new Parameter("user", TestInstance.ROLE + "~one"))));
      halfway.expect('R');
      halfway.socket().getOutputStream().write(new byte[] {'p', 0, 0, 1});

      assertThat(silent.isAtEnd()).isTrue();
      assertThat(halfway.expect('E').field('C')).hasValue("57014");
      assertThat(halfway.isAtEnd()).isTrue();
      halfway.close();
      await().until(() -> hasty.gateway().census().connections() == 0);
    }
  }

  @Test
  void anInstancesOwnLimitOfSessionsHolds() throws Exception {
    gateway.running("one");
    gateway.directory().cap("one", 1);
    try (Connection first = gateway.connect("one")) {
      assertThat(first.isValid(10)).isTrue();
      assertThatThrownBy(() -> gateway.connect("one").close())
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("53300"));
    }
    await().ignoreExceptions().untilAsserted(() -> gateway.connect("one").close());
  }

  /**
   * The shipped sets have servers only, so this is the psql of the machine, whatever its version.
   */
  @Test
  void psqlGetsIn() throws Exception {
    gateway.running("one");
    ProcessBuilder psql = gateway.client("psql", "one", "-X", "-Atc", "SELECT 40 + 2");
    assumeTrue(Files.isExecutable(Path.of(psql.command().getFirst())), "there is no psql");
    psql.environment().put("PGMAXPROTOCOLVERSION", "latest");
    Process process = psql.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(output).isEqualTo("42\n");
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void aMinorVersionAndOptionsNobodyKnowsAreNegotiatedOnce() throws Exception {
    TestInstance instance = gateway.running("one");
    try (RawClient client = new RawClient(gateway.socket())) {
      client.send(
          Messages.startup(
              ByteBufAllocator.DEFAULT,
              new ProtocolVersion(3, 9999),
              List.of(
                  new Parameter("user", TestInstance.ROLE + "~" + instance.id()),
                  new Parameter("_pq_.test_protocol_negotiation", ""))));
      RawClient.Message negotiation = client.expect('v');
      assertThat(negotiation.text()).contains("_pq_.test_protocol_negotiation");
      client.expect('R');
    }
  }
}
