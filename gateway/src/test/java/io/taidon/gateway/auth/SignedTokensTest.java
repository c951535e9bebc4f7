package io.taidon.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.gateway.directory.Access;
import io.taidon.gateway.directory.InstanceReference;
import io.taidon.gateway.network.CidrBlock;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignedTokensTest {
  private static final Instant NOW = Instant.parse("2026-11-25T03:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final String HEADER = "{\"alg\":\"EdDSA\",\"kid\":\"KID\"}";
  private static final String CLAIMS =
      "{\"aud\":\"gateway\",\"sub\":\"app\",\"ins\":\"orders\",\"acc\":\"ro\",\"jti\":\"a\","
          + "\"nbf\":1795575600,\"exp\":1795579200}";

  private final TokenSigningKey key = TokenSigningKey.create();
  private final TokenSigner signer = new TokenSigner(key, "gateway");
  private final SignedTokens tokens = new SignedTokens("gateway", TokenKeys.of(key));

  @Test
  void saysWhatWasGranted() throws Exception {
    byte[] token = signer.sign(grant("app", Access.READ_WRITE, CidrBlock.parse("10.0.0.0/8")));
    assertThat(tokens.verify(token, NOW))
        .isInstanceOfSatisfying(
            TokenOutcome.Valid.class,
            valid -> {
              TokenClaims claims = valid.claims();
              assertThat(claims.instance()).isEqualTo("orders");
              assertThat(claims.role()).isEqualTo("app");
              assertThat(claims.access()).isEqualTo(Access.READ_WRITE);
              assertThat(claims.expiresAt()).isEqualTo(NOW.plus(HOUR));
              assertThat(claims.keyId()).isEqualTo(key.id());
              assertThat(claims.allows(address("10.1.2.3"))).isTrue();
              assertThat(claims.allows(address("192.0.2.1"))).isFalse();
            });
    assertThat(token.length).isLessThan(TokenSigner.MOST_BYTES);
  }

  @ParameterizedTest
  @CsvSource({"-31, early", "-30, valid", "0, valid", "3629, valid", "3630, expired"})
  void isGoodForItsTimeAndHalfAMinute(long seconds, String expected) {
    byte[] token = signer.sign(grant("app", Access.READ_ONLY, Optional.empty()));
    // A second time, when it is remembered, it comes to the same.
    for (int round = 0; round < 2; round++) {
      TokenOutcome outcome = tokens.verify(token, NOW.plusSeconds(seconds));
      switch (expected) {
        case "early" ->
            assertThat(outcome).isEqualTo(new TokenOutcome.Refused(TokenRefusal.NOT_YET_VALID));
        case "expired" ->
            assertThat(outcome).isEqualTo(new TokenOutcome.Expired(NOW.plus(HOUR), key.id()));
        default -> assertThat(outcome).isInstanceOf(TokenOutcome.Valid.class);
      }
    }
  }

  @Test
  void isNotGoodWhenItsKeyIsGoneOrReplaced() {
    byte[] token = signer.sign(grant("app", Access.READ_ONLY, Optional.empty()));
    assertThat(tokens.verify(token, NOW)).isInstanceOf(TokenOutcome.Valid.class);
    tokens.trust(TokenKeys.of(TokenSigningKey.create()));
    assertThat(tokens.verify(token, NOW)).isEqualTo(refused(TokenRefusal.UNKNOWN_KEY));
    String impostor =
        TokenSigningKey.create().publicJwks().replaceAll("\"kid\":\"[^\"]*\"", kid(key.id()));
    tokens.trust(TokenKeys.parse(impostor));
    assertThat(tokens.verify(token, NOW)).isEqualTo(refused(TokenRefusal.UNKNOWN_KEY));
    tokens.trust(TokenKeys.of(TokenSigningKey.create(), key));
    assertThat(tokens.verify(token, NOW)).isInstanceOf(TokenOutcome.Valid.class);
  }

  @Test
  void isForItsAudienceOnly() {
    byte[] token =
        new TokenSigner(key, "other").sign(grant("app", Access.READ_ONLY, Optional.empty()));
    assertThat(tokens.verify(token, NOW)).isEqualTo(refused(TokenRefusal.WRONG_AUDIENCE));
  }

  @Test
  void expiredIsSaidOnlyOfWhatWasSigned() {
    byte[] token = signer.sign(grant("app", Access.READ_ONLY, Optional.empty()));
    byte[] forged = token.clone();
    forged[token.length - 10] ^= 1;
    assertThat(tokens.verify(forged, NOW.plus(HOUR.multipliedBy(9))))
        .isInstanceOf(TokenOutcome.Refused.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"alg\":\"none\",\"kid\":\"KID\"}",
        "{\"alg\":\"HS256\",\"kid\":\"KID\"}",
        "{\"alg\":\"ES256\",\"kid\":\"KID\"}",
        "{\"alg\":\"EdDSA\"}",
        "{\"kid\":\"KID\"}",
        "{\"alg\":\"EdDSA\",\"kid\":\"KID\",\"crit\":[\"exp\"]}",
        "{\"alg\":\"EdDSA\",\"kid\":\"KID\",\"jku\":\"https://example.org\"}",
        "{\"alg\":\"EdDSA\",\"kid\":\"KID\",\"x5u\":\"https://example.org\"}",
        "{\"alg\":\"EdDSA\",\"kid\":\"KID\",\"jwk\":{}}",
        "{\"alg\":\"EdDSA\",\"kid\":\"KID\",\"b64\":false}",
        "{\"alg\":\"EdDSA\",\"kid\":\"KID\",\"zip\":\"DEF\"}",
        "{\"alg\":\"EdDSA\",\"kid\":\"KID\",\"typ\":\"secevent+jwt\"}",
        "{\"alg\":\"EdDSA\",\"kid\":7}"
      })
  void asksForNothingElseInItsHeader(String header) {
    assertThat(verifySigned(header, CLAIMS)).isEqualTo(refused(TokenRefusal.UNSUPPORTED));
  }

  @Test
  void mayNameTheAlgorithmAsRfc9864Does() {
    assertThat(verifySigned(HEADER.replace("EdDSA", "Ed25519"), CLAIMS))
        .isInstanceOf(TokenOutcome.Valid.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          "sub":"app",            |
          "ins":"orders",         |
          "acc":"ro",             |
          "jti":"a",              |
          ,"exp":1795579200       |
          "acc":"ro"              | "acc":"admin"
          "ins":"orders"          | "ins":"../../etc"
          "ins":"orders"          | "ins":["orders"]
          "sub":"app"             | "sub":""
          "exp":1795579200        | "exp":"tomorrow"
          "jti":"a"               | "jti":"a","net":"localhost"
          "jti":"a"               | "jti":"a","net":7
          "jti":"a"               | "jti":"a","once":true
          """)
  void needsEveryClaimAndUnderstandsAll(String claim, String instead) {
    String claims = CLAIMS.replace(claim, instead == null ? "" : instead);
    assertThat(claims).isNotEqualTo(CLAIMS);
    assertThat(verifySigned(HEADER, claims)).isEqualTo(refused(TokenRefusal.BAD_CLAIMS));
  }

  @Test
  void theseClaimsWouldBeGood() {
    assertThat(verifySigned(HEADER, CLAIMS)).isInstanceOf(TokenOutcome.Valid.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "secret", "a.b", "a.b.c.d", "..", "e30.e30.", "e30.e30.AA==", "!.!.!"})
  void isNotAPassword(String password) {
    assertThat(tokens.verify(ascii(password), NOW)).isInstanceOf(TokenOutcome.Refused.class);
  }

  /** One changed byte anywhere, and it is refused; nothing throws. */
  @Test
  void isRefusedWhateverIsChanged() {
    byte[] token = signer.sign(grant("app", Access.READ_WRITE, Optional.empty()));
    Random random = new Random(8037);
    for (int round = 0; round < 3_000; round++) {
      byte[] changed = token.clone();
      int at = random.nextInt(changed.length);
      changed[at] ^= (byte) (1 + random.nextInt(255));
      assertThat(tokens.verify(changed, NOW)).isInstanceOf(TokenOutcome.Refused.class);
    }
  }

  @Test
  void isNotParsedWhenItIsTooLong() {
    String claims = CLAIMS.replace("\"app\"", "\"" + "a".repeat(5000) + "\"");
    assertThat(verifySigned(HEADER, claims)).isEqualTo(refused(TokenRefusal.MALFORMED));
  }

  @Test
  void isNotMadeForNonsense() {
    assertRefusedToSign(grant("", Access.READ_ONLY, Optional.empty()));
    assertRefusedToSign(grant("r".repeat(64), Access.READ_ONLY, Optional.empty()));
    assertRefusedToSign(
        new TokenGrant(
            new InstanceReference("orders"), "app", Access.READ_ONLY, NOW, NOW, Optional.empty()));
    assertRefusedToSign(
        new TokenGrant(
            new InstanceReference("a".repeat(63) + "." + "b".repeat(63)),
            "r".repeat(63),
            Access.READ_ONLY,
            NOW,
            NOW.plus(HOUR),
            CidrBlock.parse("2001:db8:1234:5678:9abc:def0:1234:5678/128")));
  }

  private void assertRefusedToSign(TokenGrant grant) {
    assertThatThrownBy(() -> signer.sign(grant))
        .isInstanceOfSatisfying(
            TaidonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
  }

  private TokenOutcome verifySigned(String header, String claims) {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    String signed =
        base64.encodeToString(ascii(header.replace("KID", key.id())))
            + "."
            + base64.encodeToString(ascii(claims));
    String signature = base64.encodeToString(key.sign(ascii(signed)));
    return tokens.verify(ascii(signed + "." + signature), NOW);
  }

  private static TokenGrant grant(String role, Access access, Optional<CidrBlock> network) {
    return new TokenGrant(
        new InstanceReference("orders"), role, access, NOW, NOW.plus(HOUR), network);
  }

  private static TokenOutcome refused(TokenRefusal reason) {
    return new TokenOutcome.Refused(reason);
  }

  private static String kid(String id) {
    return "\"kid\":\"" + id + "\"";
  }

  private static InetAddress address(String text) {
    return io.netty.util.NetUtil.createInetAddressFromIpAddressString(text);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
