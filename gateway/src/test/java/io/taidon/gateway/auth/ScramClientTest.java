package io.taidon.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.core.scram.ScramKeys;
import io.taidon.core.scram.ScramVerifier;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScramClientTest {
  private static final byte[] SALT = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
  private static final ScramKeys KEYS = ScramVerifier.keys("pencil", SALT, 4096);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "r=client,s=W22Z,i=4096", // adds nothing to our nonce
        "r=other1234,s=W22Z,i=4096",
        "r=client\u00e9,s=W22Z,i=4096",
        "m=ext,r=clientserver,s=W22Z,i=4096",
        "r=clientserver,i=4096",
        "r=clientserver,s=W22Z",
        "e=other-error"
      })
  void answersNoMalformedMessage(String serverFirst) {
    assertThat(client().last(serverFirst.getBytes(StandardCharsets.ISO_8859_1), KEYS)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "v=", "e=invalid-proof", "v=AAAA"})
  void believesNoServerWithoutProof(String serverFinal) {
    ScramClient client = client();
    assertThat(client.provesServer("v=".getBytes(StandardCharsets.ISO_8859_1), KEYS)).isFalse();
    assertThat(
            client.last("r=clientserver,s=W22Z,i=4096".getBytes(StandardCharsets.ISO_8859_1), KEYS))
        .isPresent();
    assertThat(client.provesServer(serverFinal.getBytes(StandardCharsets.ISO_8859_1), KEYS))
        .isFalse();
  }

  @Test
  void answersOnce() {
    ScramClient client = client();
    byte[] serverFirst = "r=clientserver,s=W22Z,i=4096".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(client.last(serverFirst, KEYS)).isPresent();
    assertThat(client.last(serverFirst, KEYS)).isEmpty();
  }

  private static ScramClient client() {
    return ScramClient.start("client");
  }
}
