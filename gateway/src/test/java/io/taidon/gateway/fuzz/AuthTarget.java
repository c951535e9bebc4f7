package io.taidon.gateway.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.core.scram.ScramVerifier;
import io.taidon.gateway.auth.SaslInitialResponse;
import io.taidon.gateway.auth.ScramExchange;
import io.taidon.gateway.auth.SignedTokens;
import io.taidon.gateway.auth.TokenGrant;
import io.taidon.gateway.auth.TokenKeys;
import io.taidon.gateway.auth.TokenOutcome;
import io.taidon.gateway.auth.TokenSigner;
import io.taidon.gateway.auth.TokenSigningKey;
import io.taidon.gateway.directory.Access;
import io.taidon.gateway.directory.InstanceReference;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** What is in password messages: SCRAM, and tokens. Nobody gets in without a password or a key. */
final class AuthTarget implements Target {
  private static final Instant NOW = Instant.parse("2026-11-25T03:00:00Z");
  private static final List<String> BINDINGS =
      List.of("biws", "eSws", "cD10bHMtc2VydmVyLWVuZC1wb2ludCws", "AA==", "!");

  private final ScramVerifier verifier = ScramVerifier.of("secret");
  private final TokenSigningKey key = TokenSigningKey.create();
  private final SignedTokens tokens = new SignedTokens("gateway", TokenKeys.of(key));
  private final byte[] token;

  AuthTarget() {
    token =
        new TokenSigner(key, "gateway")
            .sign(
                new TokenGrant(
                    new InstanceReference("orders"),
                    "app",
                    Access.READ_ONLY,
                    NOW,
                    NOW.plus(Duration.ofHours(1)),
                    Optional.empty()));
  }

  @Override
  public String run(RandomGenerator random) {
    return random.nextBoolean() ? scram(random) : token(random);
  }

  private String scram(RandomGenerator random) {
    byte[] body = Grammar.saslBody(random);
    if (random.nextInt(3) == 0) {
      body = Mutations.damage(random, body);
    }
    Optional<SaslInitialResponse> initial = SaslInitialResponse.parse(body);
    if (initial.isEmpty() || initial.get().data().isEmpty()) {
      return "sasl malformed";
    }
    Optional<byte[]> endPoint = random.nextBoolean() ? Optional.of(new byte[32]) : Optional.empty();
    ScramExchange exchange = ScramExchange.start(verifier, endPoint, random.nextInt(4) == 0);
    return switch (exchange.first(initial.get().mechanism(), initial.get().data().get())) {
      case ScramExchange.Step.Refused refused -> "scram first " + refused.reason();
      case ScramExchange.Step.Done _ -> throw new AssertionError("done without a proof");
      case ScramExchange.Step.Continue step -> last(exchange, step.serverFirst(), random);
    };
  }

  private static String last(ScramExchange exchange, byte[] serverFirst, RandomGenerator random) {
    String nonce = new String(serverFirst, ISO_8859_1).replaceFirst(",s=.*", "").substring(2);
    byte[] proof = Grammar.bytes(random, random.nextInt(8) == 0 ? 31 : 32);
    byte[] message =
        "c=%s,r=%s,p=%s"
            .formatted(
                Grammar.pick(random, BINDINGS), nonce, Base64.getEncoder().encodeToString(proof))
            .getBytes(ISO_8859_1);
    if (random.nextBoolean()) {
      message = Mutations.damage(random, message);
    }
    return switch (exchange.last(message)) {
      case ScramExchange.Step.Refused refused -> "scram last " + refused.reason();
      case ScramExchange.Step.Continue _, ScramExchange.Step.Done _ ->
          throw new AssertionError("a proof that was guessed is good");
    };
  }

  private String token(RandomGenerator random) {
    byte[] shown =
        switch (random.nextInt(4)) {
          case 0 -> token.clone();
          case 1 -> recoded(random);
          default -> Mutations.damage(random, token);
        };
    byte[] before = shown.clone();
    TokenOutcome outcome = tokens.verify(shown, NOW);
    assertThat(shown).as("left alone").isEqualTo(before);
    return switch (outcome) {
      case TokenOutcome.Valid _ -> {
        // A byte may change that means nothing: base64 has bits to spare. The payload may not.
        assertThat(signedPart(shown)).isEqualTo(signedPart(token));
        yield Arrays.equals(shown, token) ? "token valid" : "token valid in another form";
      }
      case TokenOutcome.Expired _ -> throw new AssertionError("the time has not changed");
      case TokenOutcome.Refused refused -> "token " + refused.reason();
    };
  }

  /** The parts of a token, damaged below their encoding. */
  private byte[] recoded(RandomGenerator random) {
    String[] parts = new String(token, ISO_8859_1).split("\\.");
    int which = random.nextInt(parts.length);
    byte[] raw = Base64.getUrlDecoder().decode(parts[which]);
    parts[which] =
        Base64.getUrlEncoder().withoutPadding().encodeToString(Mutations.damage(random, raw));
    return String.join(".", parts).getBytes(ISO_8859_1);
  }

  private static String signedPart(byte[] jws) {
    String text = new String(jws, ISO_8859_1);
    return text.substring(0, text.lastIndexOf('.'));
  }
}
