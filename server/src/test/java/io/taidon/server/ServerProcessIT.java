package io.taidon.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged server as a process. */
@Timeout(60)
class ServerProcessIT {
  private static final Path JAR = Path.of(System.getProperty("taidon.server.jar"));

  @TempDir Path directory;

  private record Ended(int exitCode, String stdout, String stderr) {}

  private Ended run(String... properties) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(properties));
    command.addAll(List.of("-Dtaidon.store=" + directory.resolve("store"), "-jar", JAR.toString()));
    Path stderr = directory.resolve("stderr");
    Process process = new ProcessBuilder(command).redirectError(stderr.toFile()).start();
    try {
      String stdout = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      return new Ended(process.exitValue(), stdout, java.nio.file.Files.readString(stderr));
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void wrongSettingIsOneLineOnStandardError() throws Exception {
    Ended ended = run("-Dtaidon.port=abc");

    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.stdout()).isEmpty();
    assertThat(ended.stderr())
        .isEqualTo(
            "invalid_argument: taidon.port is \"abc\" but must be a TCP port, 0 to 65535.\n");
    assertThat(directory.resolve("store")).doesNotExist();
  }
}
