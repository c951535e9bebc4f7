package io.taidon.node.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taidon.core.error.TaidonException;
import io.taidon.engine.snapshot.BackendKind;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoolSettingTest {
  @Test
  void readsSeveral() {
    assertThat(PoolSetting.parse("default=/var/lib/taidon, fast=/nvme/pool:btrfs"))
        .containsExactly(
            new PoolSetting("default", Path.of("/var/lib/taidon"), Optional.empty()),
            new PoolSetting("fast", Path.of("/nvme/pool"), Optional.of(BackendKind.BTRFS)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "default", "=/x", "Default=/x", "a=x", "a=/x:ext5", "a=/x,a=/y", "a=/x,b=/x"})
  void refusesTheRest(String text) {
    assertThatThrownBy(() -> PoolSetting.parse(text)).isInstanceOf(TaidonException.class);
  }
}
