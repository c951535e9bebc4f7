package io.taidon.server.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.net.BindException;
import org.junit.jupiter.api.Test;

class StartFailureTest {

  @Test
  void lineIsCodeSentenceAndRemedy() {
    TaidonException failure =
        TaidonException.of(ErrorCode.STORE_UNUSABLE, "The store /s is read-only.")
            .remedy("Choose another one.");

    assertThat(StartFailure.line(failure))
        .isEqualTo("store_unusable: The store /s is read-only. Choose another one.");
    assertThat(StartFailure.exitCode(failure)).isEqualTo(1);
  }

  @Test
  void failureIsFoundInsideWhatTheFrameworkMadeOfIt() {
    TaidonException failure = TaidonException.of(ErrorCode.STORE_UNUSABLE, "No.");

    assertThat(StartFailure.known(new RuntimeException(new IllegalStateException(failure))))
        .isSameAs(failure);
  }

  @Test
  void storeInUseIsNoFailure() {
    assertThat(
            StartFailure.exitCode(
                TaidonException.of(ErrorCode.CONFLICT, "Process 4711 serves the store /s.")))
        .isZero();
  }

  @Test
  void occupiedPortIsNamed() {
    TaidonException failure =
        StartFailure.known(new RuntimeException(new BindException("Address already in use")));

    assertThat(failure).isNotNull();
    assertThat(failure.code()).isEqualTo(ErrorCode.PORT_IN_USE);
    assertThat(failure.sentence()).isEqualTo("The server cannot listen on 127.0.0.1 port 0.");
  }

  @Test
  void defectOfOursIsNotExplained() {
    assertThat(StartFailure.known(new IllegalStateException("?"))).isNull();
  }
}
