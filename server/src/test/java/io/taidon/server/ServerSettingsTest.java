package io.taidon.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taidon.core.error.TaidonException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerSettingsTest {
  private static ServerSettings of(Map<String, String> settings) {
    return ServerSettings.of(
        name -> Optional.ofNullable(settings.get(name)),
        name -> Optional.ofNullable(Map.of("XDG_STATE_HOME", "/state").get(name)));
  }

  @Test
  void defaultsAreALoopbackAddressAFreePortAndTheUsersStore() {
    ServerSettings settings = of(Map.of());

    assertThat(settings.store()).isEqualTo(Path.of("/state/sqlrs"));
    assertThat(settings.runDirectory()).isEqualTo(Path.of("/state/sqlrs/run"));
    assertThat(settings.host()).isEqualTo("127.0.0.1");
    assertThat(settings.port()).isZero();
    assertThat(settings.idleTimeout()).isEqualTo(Duration.ofSeconds(120));
    assertThat(settings.postgresSets()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "90s, PT1M30S",
    "5, PT5S",
    "250ms, PT0.25S",
    "2m, PT2M",
    "1h, PT1H",
    "PT3M, PT3M",
    "0, PT0S"
  })
  void durationsAreWrittenAsPeopleDo(String text, Duration expected) {
    assertThat(of(Map.of("taidon.idle-timeout", text)).idleTimeout()).isEqualTo(expected);
  }

  @Test
  void setsAreAListOfDirectories() {
    assertThat(of(Map.of("taidon.postgres.sets", "/a:/b")).postgresSets())
        .containsExactly(Path.of("/a"), Path.of("/b"));
  }

  @ParameterizedTest
  @CsvSource({
    "taidon.host, 0.0.0.0",
    "taidon.host, example.com",
    "taidon.port, abc",
    "taidon.port, 70000",
    "taidon.idle-timeout, soon",
    "taidon.idle-timeout, -PT1S"
  })
  void wrongSettingIsNamed(String name, String value) {
    assertThatThrownBy(() -> of(Map.of(name, value)))
        .isInstanceOf(TaidonException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(value);
  }
}
