package io.taidon.engine.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taidon.core.state.StateId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Another process that uses the same store and does what it is told, line by line. */
final class StoreProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;
  private final PrintStream orders;

  private StoreProcess(Process process) {
    this.process = process;
    this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    this.orders = new PrintStream(process.getOutputStream(), true, UTF_8);
  }

  static StoreProcess start(StoreLayout layout) throws IOException {
    return new StoreProcess(
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                StoreProcess.class.getName(),
                layout.root().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /** Gives an order without waiting for the answer. */
  StoreProcess tell(String order) {
    orders.println(order);
    return this;
  }

  String answer() throws IOException {
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("the other process ended");
    }
    return answer;
  }

  String ask(String order) throws IOException {
    return tell(order).answer();
  }

  long pid() {
    return process.pid();
  }

  /** SIGKILL, and waits until the kernel is done with it. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    orders.close();
    if (!process.waitFor(5, TimeUnit.SECONDS)) {
      kill();
    }
  }

  public static void main(String[] arguments) throws Exception {
    StoreLayout layout = new StoreLayout(Path.of(arguments[0]));
    PrintStream out = new PrintStream(System.out, true, UTF_8);
    StateLocks locks = new StateLocks(layout);
    List<AutoCloseable> held = new ArrayList<>();
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    out.println("ready");
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] order = line.split(" ");
      switch (order[0]) {
        case "lock" -> {
          held.add(locks.acquire(new StateId(order[1]), id -> out.println("waiting")));
          out.println("locked");
        }
        case "unlock" -> {
          held.removeLast().close();
          out.println("unlocked");
        }
        case "contend" ->
            out.println(contend(locks, layout, new StateId(order[1]), Integer.parseInt(order[2])));
        case "session" -> {
          EngineSession session = EngineSession.begin(layout);
          held.add(session);
          out.println(session.id());
        }
        case "serve" -> {
          switch (StoreLock.tryAcquire(layout)) {
            case StoreLock.Attempt.Acquired(StoreLock lock) -> {
              held.add(lock);
              out.println("acquired");
            }
            case StoreLock.Attempt.HeldByAnother(var pid) -> out.println("held " + pid.orElse(0));
          }
        }
        case "dead" -> {
          int claimed = 0;
          for (EngineSession.DeadSession dead : EngineSession.claimDead(layout)) {
            held.add(dead);
            claimed++;
          }
          out.println(claimed);
        }
        case "open" -> {
          held.add(Registry.open(layout, StoreSamples.CLOCK));
          out.println("opened");
        }
        case "work" -> out.println(work(layout, order[1], Integer.parseInt(order[2])));
        default -> throw new IllegalArgumentException(line);
      }
    }
    for (AutoCloseable each : held.reversed()) {
      each.close();
    }
  }

  /** Enters the same state again and again; returns how often somebody else was inside too. */
  static int contend(StateLocks locks, StoreLayout layout, StateId id, int times)
      throws IOException, InterruptedException {
    Path inside = layout.root().resolve("inside");
    int violations = 0;
    for (int i = 0; i < times; i++) {
      try (StateLocks.StateLock ignored = locks.acquire(id)) {
        try {
          Files.createFile(inside);
          Thread.onSpinWait();
          Files.delete(inside);
        } catch (FileAlreadyExistsException e) {
          violations++;
        }
      }
    }
    return violations;
  }

  /** Writes states of its own and events of a job of all; returns how many states it sees. */
  static int work(StoreLayout layout, String job, int times) {
    try (Registry registry = Registry.open(layout, StoreSamples.CLOCK)) {
      long seed = ProcessHandle.current().pid() * 1_000_003L;
      for (int i = 0; i < times; i++) {
        StateId id = StoreSamples.stateId(seed + i);
        registry.states().register(StoreSamples.state(id, Optional.empty()));
        registry.states().touch(List.of(id));
        registry
            .events()
            .append(new JobId(job), List.of(StoreSamples.log("a"), StoreSamples.log("b")));
      }
      return registry.states().list(StateFilter.ALL).size();
    }
  }
}
