package io.taidon.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.scram.ScramKeys;
import io.taidon.core.scram.ScramVerifier;
import io.taidon.gateway.admission.Refusal;
import io.taidon.gateway.auth.ScramExchange;
import io.taidon.gateway.auth.SignedTokens;
import io.taidon.gateway.auth.TokenGrant;
import io.taidon.gateway.auth.TokenKeys;
import io.taidon.gateway.auth.TokenOutcome;
import io.taidon.gateway.auth.TokenSigner;
import io.taidon.gateway.auth.TokenSigningKey;
import io.taidon.gateway.directory.Access;
import io.taidon.gateway.directory.InstanceReference;
import io.taidon.gateway.startup.StartupMessage;
import io.taidon.gateway.wire.Parameter;
import io.taidon.gateway.wire.ProtocolVersion;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class LogLineTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void isOneObjectOnOneLine() throws Exception {
    String line =
        LogLine.of(LogEvent.REFUSED)
            .client(InetSocketAddress.createUnresolved("ignored.example", 5))
            .with(LogKey.REASON, Refusal.Reason.FAILURES)
            .with(LogKey.TLS, true)
            .with(LogKey.MILLIS, 7)
            .text(LogKey.ROLE, "a\nb\"c\u001b[31m\u202e")
            .toString();
    assertThat(line).isPrintable().doesNotContain("\n");
    JsonNode parsed = JSON.readTree(line);
    assertThat(parsed.get("event").asText()).isEqualTo("refused");
    assertThat(parsed.get("client").asText()).isEqualTo("unresolved:5");
    assertThat(parsed.get("reason").asText()).isEqualTo("failures");
    assertThat(parsed.get("tls").asBoolean()).isTrue();
    assertThat(parsed.get("role").asText()).isEqualTo("a\nb\"c\u001b[31m\u202e");
  }

  @Test
  void cutsWhatIsLong() throws Exception {
    String line = LogLine.of(LogEvent.LOGIN).text(LogKey.ROLE, "r".repeat(10_000)).toString();
    assertThat(line).hasSizeLessThan(400);
  }

  @Test
  void namesATokenByItsKeyAndAHash() throws Exception {
    TokenSigningKey key = TokenSigningKey.create();
    byte[] token = token(key);
    TokenOutcome good = new SignedTokens("a", TokenKeys.of(key)).verify(token, Instant.now());
    TokenOutcome unknown = new SignedTokens("a", TokenKeys.NONE).verify(token, Instant.now());
    JsonNode line =
        JSON.readTree(LogLine.of(LogEvent.LOGIN).token(TokenTrace.of(token, good)).toString());
    assertThat(line.get("kid").asText()).isEqualTo(key.id());
    assertThat(line.get("token").asText()).matches("[0-9a-f]{8}");
    assertThat(TokenTrace.of(token, unknown).keyId()).isEmpty();
  }

  /**
   * Everything that carries a secret is made with secrets that can be recognised, and each is put
   * where a careless caller could put it: as a text, as a failure, as a defect. None shows itself.
   */
  @Test
  void holdsNoSecretWhateverItIsGiven() throws Exception {
    Random random = new Random(28);
    for (int round = 0; round < 200; round++) {
      String secret = "s3cr3t" + Long.toHexString(random.nextLong());
      byte[] bytes = secret.getBytes(StandardCharsets.US_ASCII);
      byte[] padded = java.util.Arrays.copyOf(bytes, 32);
      ScramVerifier verifier = ScramVerifier.of(secret, padded, 1);
      ScramKeys keys = new ScramKeys(padded, padded);
      TokenSigningKey signingKey = TokenSigningKey.create();
      byte[] token = token(signingKey);
      TokenOutcome outcome =
          new SignedTokens("a", TokenKeys.of(signingKey)).verify(token, Instant.now());
      StartupMessage startup =
          new StartupMessage(
              ProtocolVersion.V3_0,
              List.of(
                  new Parameter("user", "app"),
                  new Parameter("options", "-c my.password=" + secret),
                  new Parameter("application_name", secret)));
      List<LogLine> lines = new ArrayList<>();
      for (Object carrier :
          List.of(
              verifier,
              keys,
              signingKey,
              new ScramExchange.Step.Done(bytes, padded),
              new ScramExchange.Step.Continue(bytes),
              startup)) {
        lines.add(LogLine.of(LogEvent.INTERNAL).text(LogKey.SENTENCE, carrier.toString()));
      }
      lines.add(LogLine.of(LogEvent.INTERNAL).defect(new IllegalStateException(secret)));
      lines.add(
          LogLine.of(LogEvent.INTERNAL)
              .failure(
                  TaidonException.of(
                      ErrorCode.INTERNAL_ERROR, "It broke.", new IllegalStateException(secret))));
      lines.add(LogLine.of(LogEvent.LOGIN).token(TokenTrace.of(token, outcome)));
      for (LogLine line : lines) {
        assertHidden(written(line), secret, verifier, token, signingKey);
      }
    }
  }

  private static void assertHidden(
      String line, String secret, ScramVerifier verifier, byte[] token, TokenSigningKey key) {
    String whole = new String(token, StandardCharsets.US_ASCII);
    Base64.Encoder base64 = Base64.getEncoder();
    assertThat(line)
        .doesNotContain(secret)
        .doesNotContain(base64.encodeToString(secret.getBytes(StandardCharsets.US_ASCII)))
        .doesNotContain(base64.encodeToString(verifier.storedKey()))
        .doesNotContain(base64.encodeToString(verifier.serverKey()))
        .doesNotContain(whole)
        .doesNotContain(whole.substring(whole.lastIndexOf('.') + 1))
        .doesNotContain(new String(key.toJwk(), StandardCharsets.UTF_8));
  }

  /** As it comes out of the handler. */
  private static String written(LogLine line) {
    LogRecord logged = new LogRecord(Level.INFO, line.toString());
    logged.setLoggerName("io.taidon.gateway");
    return new JsonLines().format(logged);
  }

  @Test
  void ofALibraryIsAnObjectToo() throws Exception {
    LogRecord logged = new LogRecord(Level.WARNING, "broken \"pipe\"\n");
    logged.setLoggerName("io.netty.channel");
    logged.setThrown(new IllegalStateException("not shown"));
    String line = new JsonLines().format(logged);
    JsonNode parsed = JSON.readTree(line);
    assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
    assertThat(parsed.get("level").asText()).isEqualTo("warning");
    assertThat(parsed.get("reason").asText()).isEqualTo("java.lang.IllegalStateException");
    assertThat(line).doesNotContain("not shown");
    JsonNode ours = JSON.readTree(written(LogLine.of(LogEvent.STARTED).with(LogKey.PORT, 1)));
    assertThat(ours.get("event").asText()).isEqualTo("started");
    assertThat(ours.get("time")).isNotNull();
  }

  private static byte[] token(TokenSigningKey key) {
    Instant now = Instant.now();
    return new TokenSigner(key, "a")
        .sign(
            new TokenGrant(
                new InstanceReference("one"),
                "app",
                Access.READ_ONLY,
                now,
                now.plusSeconds(60),
                Optional.empty()));
  }
}
