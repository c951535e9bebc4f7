package io.taidon.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taidon.core.scram.ScramVerifier;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MockVerifiersTest {
  private final MockVerifiers mocks = new MockVerifiers(new byte[32]);

  @Test
  void areTheSameForTheSameRole() {
    assertThat(mocks.of("orders", "alice")).isEqualTo(mocks.of("orders", "alice"));
    assertThat(new MockVerifiers(new byte[32]).of("orders", "alice"))
        .isEqualTo(mocks.of("orders", "alice"));
  }

  @Test
  void differForEveryRoleInstanceAndSecret() {
    byte[] secret = new byte[32];
    secret[0] = 1;
    Set<String> texts = new HashSet<>();
    texts.add(mocks.of("orders", "alice").text());
    texts.add(mocks.of("orders", "bob").text());
    texts.add(mocks.of("ordersa", "lice").text());
    texts.add(mocks.of("order", "salice").text());
    texts.add(new MockVerifiers(secret).of("orders", "alice").text());
    assertThat(texts).hasSize(5);
  }

  @Test
  void lookLikeARealOne() {
    ScramVerifier real = ScramVerifier.of("secret");
    ScramVerifier mock = mocks.of("orders", "alice");
    assertThat(mock.text()).hasSameSizeAs(real.text());
    assertThat(mock.iterations()).isEqualTo(real.iterations());
    assertThat(mock.salt()).hasSameSizeAs(real.salt());
  }

  @Test
  void needASecret() {
    assertThatThrownBy(() -> new MockVerifiers(new byte[8]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
