package io.taidon.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SaslInitialResponseTest {
  @Test
  void hasAMechanismAndPerhapsData() {
    assertThat(parse("SCRAM-SHA-256\0\0\0\0\3abc"))
        .hasValueSatisfying(response -> {
          assertThat(response.mechanism()).isEqualTo("SCRAM-SHA-256");
          assertThat(response.data())
              .hasValueSatisfying(data -> assertThat(data).isEqualTo(new byte[] {'a', 'b', 'c'}));
        });
    assertThat(parse("X\0\u00ff\u00ff\u00ff\u00ff"))
        .hasValueSatisfying(response -> assertThat(response.data()).isEmpty());
  }

  @Test
  void mustFitItsLength() {
    assertThat(parse("X\0\0\0\0\4abc")).isEmpty();
    assertThat(parse("X\0\0\0\0\2abc")).isEmpty();
    assertThat(parse("X\0\u00ff\u00ff\u00ff\u00ffabc")).isEmpty();
    assertThat(parse("X\0\u0080\0\0\0")).isEmpty();
    assertThat(parse("X\0\0\0\0")).isEmpty();
    assertThat(parse("no end")).isEmpty();
    assertThat(parse("M".repeat(65) + "\0\0\0\0\0")).isEmpty();
  }

  @Test
  void neverThrows() {
    Random random = new Random(5);
    for (int round = 0; round < 50_000; round++) {
      byte[] body = new byte[random.nextInt(24)];
      for (int i = 0; i < body.length; i++) {
        body[i] = (byte) (random.nextBoolean() ? 0 : random.nextInt(256));
      }
      SaslInitialResponse.parse(body)
          .flatMap(SaslInitialResponse::data)
          .ifPresent(data -> assertThat(data.length).isLessThan(body.length));
    }
  }

  private static java.util.Optional<SaslInitialResponse> parse(String body) {
    return SaslInitialResponse.parse(body.getBytes(StandardCharsets.ISO_8859_1));
  }
}
