package io.taidon.core.scram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class ScramVerifierTest {

  @Test
  void isThatOfTheExampleInRfc7677() {
    byte[] salt = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
    assertThat(ScramVerifier.of("pencil", salt, 4096).text())
        .isEqualTo(
            "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$"
                + "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
                + "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=");
  }

  @Test
  void isSaltedAndDoesNotShowItself() {
    assertThat(ScramVerifier.of("secret").text()).isNotEqualTo(ScramVerifier.of("secret").text());
    assertThat(ScramVerifier.of("secret")).hasToString("ScramVerifier");
  }

  @Test
  void refusesPasswordsThatClientsWouldPrepareDifferently() {
    assertThatThrownBy(() -> ScramVerifier.of("pa\u00dfwort"))
        .isInstanceOfSatisfying(
            TaidonException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
              assertThat(e.sentence()).doesNotContain("wort");
            });
  }

  @Test
  void readsWhatItWrites() {
    ScramVerifier verifier = ScramVerifier.of("secret");
    assertThat(ScramVerifier.parse(verifier.text())).contains(verifier);
  }

  @Test
  void readsNothingElse() {
    assertThat(ScramVerifier.parse("md5d41d8cd98f00b204e9800998ecf8427e")).isEmpty();
    assertThat(ScramVerifier.parse("SCRAM-SHA-256$0:AAAA$AAAA:AAAA")).isEmpty();
    assertThat(ScramVerifier.parse("SCRAM-SHA-256$4096:A$AAAA:AAAA")).isEmpty();
  }
}
