package io.taidon.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptPortTest {
  @TempDir Path directory;

  @Test
  void theSameStoreGetsTheSamePortsInARangeThatKernelsLeaveAlone() {
    KeptPort port = kept();
    assertThat(port.candidates())
        .isEqualTo(kept().candidates())
        .doesNotHaveDuplicates()
        .hasSize(20)
        .allMatch(candidate -> candidate >= 20_000 && candidate < 30_000);
    assertThat(new KeptPort(Path.of("/another"), directory).candidates())
        .doesNotContainAnyElementsOf(port.candidates());
  }

  @Test
  void theFirstPortIsKeptAndTriedFirst() {
    kept().remember(4711);
    kept().remember(4712);
    assertThat(kept().remembered()).hasValue(4711);
    assertThat(kept().candidates()).startsWith(4711).hasSize(21);
  }

  @Test
  void nonsenseInTheFileIsNoPort() throws Exception {
    Files.createDirectories(directory.resolve("gateway"));
    for (String nonsense : new String[] {"", "x", "-1", "70000", "1\n2"}) {
      Files.writeString(directory.resolve("gateway/port"), nonsense);
      assertThat(kept().remembered()).as(nonsense).isEmpty();
    }
  }

  private KeptPort kept() {
    return new KeptPort(Path.of("/store"), directory.resolve("gateway"));
  }
}
