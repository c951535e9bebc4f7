package io.taidon.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.cli.client.Endpoint;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class RunningServerTest {
  @Test
  void a_process_that_lives_is_alive() {
    assertThat(server(ProcessHandle.current().pid()).isAlive()).isTrue();
  }

  /** As in a container whose first process never waits for anybody. */
  @Test
  void a_process_that_ended_is_not_alive_though_its_parent_never_asks() throws Exception {
    Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/stat")), "needs proc(5)");
    Process parent = new ProcessBuilder("sh", "-c", "sleep 0 & echo $!; exec sleep 60").start();
    try (BufferedReader out = parent.inputReader()) {
      long child = Long.parseLong(out.readLine());
      while (server(child).isAlive()) {
        assertThat(parent.isAlive()).as("the child ends before its parent").isTrue();
        Thread.onSpinWait();
      }
      assertThat(ProcessHandle.of(child)).as("still in the table of processes").isPresent();
    } finally {
      parent.destroyForcibly().waitFor();
    }
  }

  private static RunningServer server(long pid) {
    return new RunningServer(Endpoint.parse("http://127.0.0.1:1", "token"), pid, "1");
  }
}
