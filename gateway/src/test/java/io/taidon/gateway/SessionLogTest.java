package io.taidon.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.gateway.auth.SignedTokens;
import io.taidon.gateway.auth.TokenGrant;
import io.taidon.gateway.auth.TokenKeys;
import io.taidon.gateway.auth.TokenSigner;
import io.taidon.gateway.auth.TokenSigningKey;
import io.taidon.gateway.directory.Access;
import io.taidon.gateway.directory.InstanceReference;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionLogTest {
  private static final String SECRET = "s3cr3t-in-options";
  private static final TokenSigningKey KEY = TokenSigningKey.create();

  private final TestGateway gateway =
      TestGateway.start(settings -> settings, new SignedTokens("here", TokenKeys.of(KEY)));

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void aSessionIsToldFromItsLoginToItsEnd() throws Exception {
    gateway.running("one");
    gateway.connect("one").close();
    await().until(() -> gateway.log().of("session_ended").size() == 1);
    JsonNode login = gateway.log().of("login").getFirst();
    JsonNode end = gateway.log().of("session_ended").getFirst();
    assertThat(login.get("instance").asText()).isEqualTo("one");
    assertThat(login.get("role").asText()).isEqualTo(TestInstance.ROLE);
    assertThat(login.get("outcome").asText()).isEqualTo("scram");
    assertThat(login.get("client").asText()).startsWith("127.0.0.1:");
    assertThat(end.get("session")).isEqualTo(login.get("session"));
    assertThat(end.get("reason").asText()).isEqualTo("client");
    assertThat(end.get("bytes_out").asLong()).isPositive();
  }

  @Test
  void limitsAndWakesAreTold() throws Exception {
    gateway.asleep("one");
    gateway.directory().cap("one", 1);
    try (Connection first = gateway.connect("one")) {
      assertThat(first.isValid(10)).isTrue();
      assertThatThrownBy(() -> gateway.connect("one")).isInstanceOf(SQLException.class);
    }
    gateway.asleep("two");
    gateway.directory().failWakes(TaidonException.of(ErrorCode.DISK_FULL, "No space is left."));
    assertThatThrownBy(() -> gateway.connect("two")).isInstanceOf(SQLException.class);
    await().until(() -> !gateway.log().of("wake_failed").isEmpty());
    assertThat(gateway.log().of("woken").getFirst().get("instance").asText()).isEqualTo("one");
    assertThat(gateway.log().of("refused").getFirst().get("reason").asText())
        .isEqualTo("sessions_of_instance");
    assertThat(gateway.log().of("wake_failed").getFirst().get("sentence").asText())
        .isEqualTo("No space is left.");
  }

  @Test
  void nothingSecretShows() throws Exception {
    TestInstance instance = gateway.running("one");
    String good = token(KEY);
    String forged = token(TokenSigningKey.create());
    Map<String, String> options =
        Map.of("options", "-c my.key=" + SECRET, "ApplicationName", SECRET);
    gateway.connect("one", options).close();
    gateway.connect("token", Map.of("password", good)).close();
    for (Map<String, String> wrong :
        List.of(
            Map.of("password", SECRET),
            Map.of("user", SECRET + "~none"),
            Map.of("user", SECRET + "~one", "options", "-c taidon.instance=two"),
            Map.of("user", TestInstance.ROLE + "~token", "password", forged))) {
      assertThatThrownBy(() -> gateway.connect("one", wrong)).isInstanceOf(SQLException.class);
    }
    await().until(() -> gateway.log().of("login_failed").size() == 4);
    await().until(() -> gateway.log().of("session_ended").size() == 2);

    assertThat(gateway.log().of("login"))
        .anySatisfy(line -> assertThat(line.path("kid").asText()).isEqualTo(KEY.id()));
    assertThat(gateway.log().of("login_failed"))
        .extracting(line -> line.get("outcome").asText())
        .containsExactlyInAnyOrder("wrong_password", "wrong_password", "route", "wrong_token");
    Base64.Encoder base64 = Base64.getEncoder();
    for (String line : gateway.log().lines()) {
      assertThat(line)
          .doesNotContain(SECRET)
          .doesNotContain(TestInstance.PASSWORD)
          .doesNotContain(good.substring(good.lastIndexOf('.') + 1))
          .doesNotContain(forged.substring(forged.lastIndexOf('.') + 1))
          .doesNotContain("SCRAM-SHA-256")
          .doesNotContain(base64.encodeToString(instance.verifier().storedKey()))
          .doesNotContain(base64.encodeToString(instance.keys().clientKey()));
    }
  }

  private static String token(TokenSigningKey key) {
    Instant now = Instant.now();
    byte[] signed =
        new TokenSigner(key, "here")
            .sign(
                new TokenGrant(
                    InstanceReference.parse("one").orElseThrow(),
                    TestInstance.ROLE,
                    Access.READ_WRITE,
                    now,
                    now.plusSeconds(60),
                    Optional.empty()));
    return new String(signed, StandardCharsets.US_ASCII);
  }
}
