package io.taidon.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenKeysTest {
  /** The key of RFC 8037, appendix A. */
  private static final String RFC_8037 = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

  private static final String RFC_8037_PRIVATE = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";

  @Test
  void readsThePublicKeysOfASet() {
    assertThat(
            TokenKeys.parse(
                    """
                    {"keys":[
                      {"kty":"OKP","crv":"Ed25519","kid":"a","x":"%s"},
                      {"kty":"OKP","crv":"Ed25519","kid":"b","use":"sig","alg":"EdDSA","x":"%s"}]}
                    """
                        .formatted(RFC_8037, RFC_8037))
                .ids())
        .containsExactlyInAnyOrder("a", "b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"X\"}]}",
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"a b\",\"x\":\"X\"}]}",
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"X25519\",\"kid\":\"a\",\"x\":\"X\"}]}",
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"a\",\"x\":\"AAAA\"}]}",
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"a\",\"use\":\"enc\",\"x\":\"X\"}]}",
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"a\",\"x\":\"X\",\"d\":\"D\"}]}",
        "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"a\",\"k\":\"c2VjcmV0\"}]}",
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"a\",\"x\":\"X\"},"
            + "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"a\",\"x\":\"X\"}]}"
      })
  void readsNothingElseAndQuotesNoKey(String jwks) {
    String text =
        jwks.replace("\"X\"", "\"" + RFC_8037 + "\"")
            .replace("\"D\"", "\"" + RFC_8037_PRIVATE + "\"");
    assertThatThrownBy(() -> TokenKeys.parse(text))
        .isInstanceOfSatisfying(
            TaidonException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_CORRUPT);
              assertThat(e.remedy()).isPresent();
              assertThat(e.sentence()).doesNotContain(RFC_8037_PRIVATE, "c2VjcmV0");
            });
  }

  @Test
  void aSigningKeyIsWrittenAndReadBack() {
    TokenSigningKey key = TokenSigningKey.create();
    TokenSigningKey again = TokenSigningKey.parse(key.toJwk());
    assertThat(again.id()).isEqualTo(key.id());
    byte[] message = "hello".getBytes(StandardCharsets.US_ASCII);
    assertThat(Ed25519.verifies(key.publicKey(), message, again.sign(message))).isTrue();
    assertThat(TokenKeys.parse(key.publicJwks()).ids()).containsExactly(key.id());
    assertThat(key.publicJwks()).doesNotContain("\"d\"");
    assertThat(key).hasToString("TokenSigningKey " + key.id());
  }

  @Test
  void signsAsRfc8037Does() throws Exception {
    byte[] signature =
        Ed25519.sign(
            Ed25519.privateKey(java.util.Base64.getUrlDecoder().decode(RFC_8037_PRIVATE)),
            "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
                .getBytes(StandardCharsets.US_ASCII));
    assertThat(java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(signature))
        .isEqualTo(
            "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + RFC_8037 + "\"}",
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + RFC_8037 + "\",\"d\":\"AAAA\"}",
        // The private half of another key.
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\""
            + RFC_8037
            + "\",\"d\":\""
            + RFC_8037
            + "\"}"
      })
  void aSigningKeyIsNothingElse(String jwk) {
    assertThatThrownBy(() -> TokenSigningKey.parse(jwk.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOfSatisfying(
            TaidonException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_CORRUPT);
              assertThat(e.getCause()).isNull();
            });
  }
}
