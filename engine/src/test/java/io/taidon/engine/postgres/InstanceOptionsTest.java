package io.taidon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** An instance in a pod has the options of an instance of the embedded engine. */
class InstanceOptionsTest {
  private static final Path SCRIPT = Path.of("../runner-image/src/main/docker/instance");
  private static final Pattern OPTION = Pattern.compile("    -c (\\w+)=(.*) \\\\");

  @Test
  void theScriptOfPodsHasTheSameOptions() throws Exception {
    Map<String, String> embedded = new TreeMap<>();
    for (String word :
        ServerCommand.of(
            new PostgresHome(
                Path.of("/opt/taidon/postgres"),
                "17.11",
                io.taidon.core.state.StateIdentity.digest(""),
                PostgresHome.Origin.CONFIGURED),
            ServerOptions.instance(Path.of("/state/pgdata"), Path.of("/tmp/instance"))
                .withTcpPort(5432),
            new ControlDirectory(Path.of("/tmp/instance")),
            Path.of("/tmp/instance/socket"))) {
      int equals = word.indexOf('=');
      if (equals > 0) {
        embedded.put(word.substring(0, equals), word.substring(equals + 1));
      }
    }
    assertThat(embedded.put("listen_addresses", "*")).isEqualTo("127.0.0.1");

    Map<String, String> pods = new TreeMap<>();
    for (String line : Files.readAllLines(SCRIPT)) {
      Matcher option = OPTION.matcher(line);
      if (option.matches()) {
        pods.put(
            option.group(1),
            option
                .group(2)
                .replace("\\\"", "\0")
                .replace("\"", "")
                .replace("'", "")
                .replace("\0", "\"")
                .replace("$control", "/tmp/instance")
                .replace("$port", "5432"));
      }
    }
    assertThat(pods).isEqualTo(embedded);
  }
}
