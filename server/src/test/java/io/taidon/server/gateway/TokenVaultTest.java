package io.taidon.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.gateway.auth.TokenGrant;
import io.taidon.gateway.auth.TokenOutcome;
import io.taidon.gateway.directory.Access;
import io.taidon.gateway.directory.InstanceReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenVaultTest {
  @TempDir Path directory;
  private Instant now = Instant.parse("2026-11-25T12:00:00Z");

  @Test
  void aTokenIsGoodAfterARestart() {
    String token = open().issue(grant(Duration.ofHours(1)));

    assertThat(open().verifier().verify(bytes(token), now))
        .isInstanceOfSatisfying(
            TokenOutcome.Valid.class,
            valid -> {
              assertThat(valid.claims().instance()).isEqualTo("dev");
              assertThat(valid.claims().access()).isEqualTo(Access.READ_ONLY);
            });
    assertThat(open().secret()).isEqualTo(open().secret()).hasSize(32);
  }

  @Test
  void onlyTheOwnerReadsTheKeys() throws Exception {
    TokenVault unused = open();
    assertThat(Files.getPosixFilePermissions(file()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void rotationKeepsOldTokensUntilTheyExpireAndNotTheirKeysBeyond() {
    TokenVault vault = open();
    String old = vault.issue(grant(Duration.ofHours(1)));
    TokenVault.Rotation first = vault.rotate();
    assertThat(first.retired()).isEqualTo(1);
    String young = vault.issue(grant(Duration.ofHours(1)));

    for (TokenVault each : new TokenVault[] {vault, open()}) {
      assertThat(each.verifier().verify(bytes(old), now)).isInstanceOf(TokenOutcome.Valid.class);
      assertThat(each.verifier().verify(bytes(young), now)).isInstanceOf(TokenOutcome.Valid.class);
    }
    assertThat(young).isNotEqualTo(old);

    now = now.plus(Duration.ofHours(2));
    TokenVault.Rotation second = vault.rotate();
    assertThat(second.retired()).as("all tokens have expired").isZero();
    assertThat(second.keyId()).isNotEqualTo(first.keyId());
    now = now.minus(Duration.ofHours(2));
    assertThat(vault.verifier().verify(bytes(old), now)).isInstanceOf(TokenOutcome.Refused.class);
  }

  @Test
  void aKeyThatSignedNothingIsNotKept() {
    assertThat(open().rotate().retired()).isZero();
  }

  @Test
  void anotherStoresTokensAreRefused() {
    String foreign =
        TokenVault.open(directory.resolve("other"), () -> now).issue(grant(Duration.ofHours(1)));
    assertThat(open().verifier().verify(bytes(foreign), now))
        .isInstanceOf(TokenOutcome.Refused.class);
  }

  @Test
  void aBrokenFileIsSaidAndNotQuoted() throws Exception {
    TokenVault unused = open();
    String good = Files.readString(file());
    for (String broken :
        new String[] {"", "{}", good.substring(0, good.length() / 2), good.replace("OKP", "RSA")}) {
      Files.writeString(file(), broken);
      assertThatThrownBy(this::open)
          .isInstanceOfSatisfying(
              TaidonException.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_CORRUPT);
                assertThat(e).hasNoCause();
              });
    }
  }

  private TokenVault open() {
    return TokenVault.open(directory.resolve("gateway"), () -> now);
  }

  private Path file() {
    return directory.resolve("gateway/keys.json");
  }

  private TokenGrant grant(Duration ttl) {
    return new TokenGrant(
        new InstanceReference("dev"),
        "sqlrs",
        Access.READ_ONLY,
        now,
        now.plus(ttl),
        Optional.empty());
  }

  private static byte[] bytes(String token) {
    return token.getBytes(StandardCharsets.US_ASCII);
  }
}
