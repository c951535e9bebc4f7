package io.taidon.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.core.scram.ScramKeys;
import io.taidon.core.scram.ScramVerifier;
import io.taidon.gateway.auth.ScramExchange.Step;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScramExchangeTest {
  private static final byte[] SALT = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
  private static final ScramVerifier PENCIL = ScramVerifier.of("pencil", SALT, 4096);
  private static final ScramKeys PENCIL_KEYS = ScramVerifier.keys("pencil", SALT, 4096);
  private static final Optional<byte[]> CERTIFICATE = Optional.of(sequence(32));

  @Test
  void goesAsTheExampleInRfc7677() {
    ScramExchange exchange =
        ScramExchange.start(PENCIL, Optional.empty(), false, "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");
    Step first = exchange.first("SCRAM-SHA-256", bytes("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"));
    assertThat(first)
        .isInstanceOfSatisfying(
            Step.Continue.class,
            next ->
                assertThat(text(next.serverFirst()))
                    .isEqualTo(
                        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                            + "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"));
    Step last =
        exchange.last(
            bytes(
                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                    + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="));
    assertThat(last)
        .isInstanceOfSatisfying(
            Step.Done.class,
            done -> {
              assertThat(text(done.serverFinal()))
                  .isEqualTo("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
              assertThat(done.clientKey()).isEqualTo(PENCIL_KEYS.clientKey());
            });
  }

  @Test
  void letsOurOwnClientInAndProvesItself() {
    ScramExchange exchange = ScramExchange.start(PENCIL, Optional.empty(), false);
    ScramClient client = ScramClient.start();
    byte[] serverFirst = continued(exchange.first("SCRAM-SHA-256", client.first()));
    Step last = exchange.last(client.last(serverFirst, PENCIL_KEYS).orElseThrow());
    assertThat(last)
        .isInstanceOfSatisfying(
            Step.Done.class,
            done -> assertThat(client.provesServer(done.serverFinal(), PENCIL_KEYS)).isTrue());
  }

  @Test
  void refusesAWrongPasswordAndAMockWithTheSameWords() {
    ScramKeys wrong = ScramVerifier.keys("pen", SALT, 4096);
    assertThat(login(ScramExchange.start(PENCIL, Optional.empty(), false), wrong))
        .isEqualTo(new Step.Refused(ScramRefusal.WRONG_PASSWORD));
    assertThat(login(ScramExchange.start(PENCIL, Optional.empty(), true), PENCIL_KEYS))
        .isEqualTo(new Step.Refused(ScramRefusal.WRONG_PASSWORD));
  }

  @Test
  void offersPlusOnlyOverTls() {
    assertThat(ScramExchange.start(PENCIL, Optional.empty(), false).mechanisms())
        .containsExactly("SCRAM-SHA-256");
    assertThat(ScramExchange.start(PENCIL, CERTIFICATE, false).mechanisms())
        .containsExactly("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          # TLS | mechanism          | client-first-message                   | comes to
          no    | SCRAM-SHA-256      | n,,n=,r=abc                            | continue
          no    | SCRAM-SHA-256      | y,,n=,r=abc                            | continue
          no    | SCRAM-SHA-256      | p=tls-server-end-point,,n=,r=abc       | MALFORMED
          no    | SCRAM-SHA-256-PLUS | p=tls-server-end-point,,n=,r=abc       | UNKNOWN_MECHANISM
          no    | SCRAM-SHA-1        | n,,n=,r=abc                            | UNKNOWN_MECHANISM
          tls   | SCRAM-SHA-256      | n,,n=,r=abc                            | continue
          tls   | SCRAM-SHA-256      | y,,n=,r=abc                            | DOWNGRADE
          tls   | SCRAM-SHA-256      | p=tls-server-end-point,,n=,r=abc       | MALFORMED
          tls   | SCRAM-SHA-256-PLUS | p=tls-server-end-point,,n=,r=abc       | continue
          tls   | SCRAM-SHA-256-PLUS | p=tls-unique,,n=,r=abc                 | MALFORMED
          tls   | SCRAM-SHA-256-PLUS | n,,n=,r=abc                            | MALFORMED
          tls   | SCRAM-SHA-256-PLUS | y,,n=,r=abc                            | MALFORMED
          no    | SCRAM-SHA-256      | n,a=admin,n=,r=abc                     | UNSUPPORTED
          no    | SCRAM-SHA-256      | n,,m=ext,n=,r=abc                      | UNSUPPORTED
          no    | SCRAM-SHA-256      | n,,n=user,r=abc,x=ignored              | continue
          no    | SCRAM-SHA-256      | n,,r=abc,n=user                        | MALFORMED
          no    | SCRAM-SHA-256      | n,,n=user                              | MALFORMED
          no    | SCRAM-SHA-256      | n,,n=user,r=                           | MALFORMED
          no    | SCRAM-SHA-256      | n,,n=user,r=a b                        | MALFORMED
          no    | SCRAM-SHA-256      | n,,n=user,r=abc,garbage                | MALFORMED
          no    | SCRAM-SHA-256      | n,n=user,r=abc                         | MALFORMED
          no    | SCRAM-SHA-256      | x,,n=user,r=abc                        | MALFORMED
          no    | SCRAM-SHA-256      | n                                      | MALFORMED
          """)
  void takesAFirstMessageAsPostgresDoes(
      String transport, String mechanism, String message, String result) {
    ScramExchange exchange =
        ScramExchange.start(
            PENCIL, transport.equals("tls") ? CERTIFICATE : Optional.empty(), false);
    Step step = exchange.first(mechanism, bytes(message));
    if (result.equals("continue")) {
      assertThat(step).isInstanceOf(Step.Continue.class);
    } else {
      assertThat(step).isEqualTo(new Step.Refused(ScramRefusal.valueOf(result)));
    }
  }

  @Test
  void refusesEmptyLongAndNulMessages() {
    for (String message : new String[] {"", "n,,n=,r=" + "a".repeat(5000), "n,,n=\0,r=abc"}) {
      assertThat(
              ScramExchange.start(PENCIL, Optional.empty(), false)
                  .first("SCRAM-SHA-256", bytes(message)))
          .isEqualTo(new Step.Refused(ScramRefusal.MALFORMED));
    }
  }

  @Test
  void bindsTheChannelToOurCertificate() {
    assertThat(loginBound(CERTIFICATE.orElseThrow())).isInstanceOf(Step.Done.class);
    assertThat(loginBound(sequence(48))).isEqualTo(new Step.Refused(ScramRefusal.CHANNEL_BINDING));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "c=eSws,r=%s,p=%s", // says y, said n
        "c=biws,r=%sx,p=%s",
        "c=biws,r=x%s,p=%s",
        "r=%s,c=biws,p=%s",
        "c=biws,r=%s,p=%s,x=1",
        "c=biws,r=%s,p=%s=",
        "c=biws,r=%s,%s",
        "c=biws,r=%s",
        "c=biws,r=%s,p=",
        "c=biws,r=%s,p=AAAA",
        "c=biws,r=%s,1=x,p=%s",
        "c=,r=%s,p=%s",
        ""
      })
  void refusesALastMessageThatIsMalformed(String form) {
    ScramExchange exchange = ScramExchange.start(PENCIL, Optional.empty(), false, "server");
    continued(exchange.first("SCRAM-SHA-256", bytes("n,,n=,r=client")));
    String message =
        form.formatted("clientserver", Base64.getEncoder().encodeToString(sequence(32)));
    assertThat(exchange.last(bytes(message))).isEqualTo(new Step.Refused(ScramRefusal.MALFORMED));
  }

  @Test
  void ignoresExtensionsBeforeTheProofButSignsThem() {
    ScramExchange exchange = ScramExchange.start(PENCIL, Optional.empty(), false, "server");
    byte[] serverFirst = continued(exchange.first("SCRAM-SHA-256", bytes("n,,n=,r=client")));
    String withoutProof = "c=biws,r=clientserver,x=more";
    assertThat(exchange.last(signed("n=,r=client", serverFirst, withoutProof)))
        .isInstanceOf(Step.Done.class);
  }

  @Test
  void isOverAfterOneTry() {
    ScramExchange tooEarly = ScramExchange.start(PENCIL, Optional.empty(), false, "server");
    assertThat(tooEarly.last(bytes("c=biws,r=x,p=x")))
        .isEqualTo(new Step.Refused(ScramRefusal.MALFORMED));
    assertThat(tooEarly.first("SCRAM-SHA-256", bytes("n,,n=,r=client")))
        .isEqualTo(new Step.Refused(ScramRefusal.MALFORMED));
    ScramExchange guessed = ScramExchange.start(PENCIL, Optional.empty(), false, "server");
    byte[] serverFirst = continued(guessed.first("SCRAM-SHA-256", bytes("n,,n=,r=client")));
    byte[] right = signed("n=,r=client", serverFirst, "c=biws,r=clientserver");
    byte[] wrong = signed("n=,r=other", serverFirst, "c=biws,r=clientserver");
    assertThat(guessed.last(wrong)).isEqualTo(new Step.Refused(ScramRefusal.WRONG_PASSWORD));
    assertThat(guessed.last(right)).isEqualTo(new Step.Refused(ScramRefusal.MALFORMED));
  }

  /** Every change of a good conversation by a few bytes is refused, and nothing throws. */
  @Test
  void refusesWhateverIsChangedOnTheWay() {
    Random random = new Random(7677);
    for (int round = 0; round < 20_000; round++) {
      boolean tls = random.nextBoolean();
      ScramExchange exchange =
          ScramExchange.start(PENCIL, tls ? CERTIFICATE : Optional.empty(), false, "server");
      byte[] first = bytes("n,,n=user,r=client");
      boolean changeFirst = random.nextBoolean();
      Step step = exchange.first("SCRAM-SHA-256", changeFirst ? changed(first, random) : first);
      if (!(step instanceof Step.Continue next)) {
        assertThat(step).isInstanceOf(Step.Refused.class);
        continue;
      }
      byte[] last = signed("n=user,r=client", next.serverFirst(), "c=biws,r=clientserver");
      byte[] sent = changeFirst ? last : changed(last, random);
      Step end = exchange.last(sent);
      assertThat(end).as(text(sent)).isInstanceOf(Step.Refused.class);
    }
  }

  @Test
  void tellsNoSecretsAboutItself() {
    assertThat(new Step.Done(bytes("v=1"), sequence(32))).hasToString("Done");
    assertThat(new Step.Continue(bytes("r=1"))).hasToString("Continue");
  }

  private static Step loginBound(byte[] certificateSeen) {
    ScramExchange exchange = ScramExchange.start(PENCIL, CERTIFICATE, false, "server");
    String header = "p=tls-server-end-point,,";
    byte[] serverFirst =
        continued(exchange.first("SCRAM-SHA-256-PLUS", bytes(header + "n=,r=client")));
    byte[] binding = Arrays.copyOf(bytes(header), header.length() + certificateSeen.length);
    System.arraycopy(certificateSeen, 0, binding, header.length(), certificateSeen.length);
    return exchange.last(
        signed(
            "n=,r=client",
            serverFirst,
            "c=" + Base64.getEncoder().encodeToString(binding) + ",r=clientserver"));
  }

  private static byte[] signed(String clientFirstBare, byte[] serverFirst, String withoutProof) {
    String authMessage = clientFirstBare + "," + text(serverFirst) + "," + withoutProof;
    byte[] proof =
        ScramCrypto.xor(PENCIL_KEYS.clientKey(), ScramCrypto.hmac(PENCIL.storedKey(), authMessage));
    return bytes(withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof));
  }

  /** The message with one byte replaced, inserted or left out; never the same again. */
  private static byte[] changed(byte[] message, Random random) {
    byte[] other;
    do {
      int at = random.nextInt(message.length);
      StringBuilder changed = new StringBuilder(text(message));
      switch (random.nextInt(3)) {
        case 0 -> changed.setCharAt(at, (char) random.nextInt(256));
        case 1 -> changed.insert(at, (char) random.nextInt(256));
        default -> changed.deleteCharAt(at);
      }
      other = bytes(changed.toString());
    } while (MessageDigest.isEqual(message, other));
    return other;
  }

  private static Step login(ScramExchange exchange, ScramKeys keys) {
    ScramClient client = ScramClient.start();
    byte[] serverFirst = continued(exchange.first("SCRAM-SHA-256", client.first()));
    return exchange.last(client.last(serverFirst, keys).orElseThrow());
  }

  private static byte[] continued(Step step) {
    assertThat(step).isInstanceOf(Step.Continue.class);
    return ((Step.Continue) step).serverFirst();
  }

  private static byte[] sequence(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
