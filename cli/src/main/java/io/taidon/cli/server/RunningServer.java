package io.taidon.cli.server;

import io.taidon.cli.client.Endpoint;
import io.taidon.cli.client.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** What a server wrote about itself into {@code <store>/run/engine.json}; it may be dead by now. */
public record RunningServer(Endpoint endpoint, long pid, String version) {

  /** What the file says; empty when there is no readable one. */
  public static Optional<RunningServer> read(Path store) {
    try {
      Json file = Json.parse(Files.readString(store.resolve("run").resolve("engine.json")));
      Optional<String> endpoint = file.text("endpoint");
      Optional<String> token = file.text("authToken");
      if (endpoint.isEmpty() || token.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(
          new RunningServer(
              Endpoint.parse(endpoint.get(), token.get()),
              file.number("pid").orElse(0),
              file.string("version")));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | io.taidon.cli.CliException e) {
      // Half written or damaged: as good as none.
      return Optional.empty();
    }
  }

  /** Whether its process lives. */
  public boolean isAlive() {
    return pid > 0
        && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)
        && !isZombie(pid);
  }

  /**
   * Whether it ended, and its parent was not told yet. That is the first process of the machine,
   * which in a container without an init never asks. The state is the first field after the name in
   * parentheses, proc(5). It is that of the first thread; files are open until the last one ended.
   */
  private static boolean isZombie(long pid) {
    Path proc = Path.of("/proc", Long.toString(pid));
    try (Stream<Path> threads = Files.list(proc.resolve("task"))) {
      String stat = Files.readString(proc.resolve("stat"), StandardCharsets.ISO_8859_1);
      return stat.startsWith("Z", stat.lastIndexOf(')') + 2) && threads.count() == 1;
    } catch (IOException e) {
      return false;
    }
  }
}
