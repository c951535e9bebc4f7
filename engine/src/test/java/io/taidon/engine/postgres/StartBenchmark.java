package io.taidon.engine.postgres;

import io.taidon.engine.postgres.PostgresServer.StopMode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Measures request to first row of a started server against a bare floor in the same run: the same
 * program on the same files, made in a tight loop with nothing around it but the flags that it
 * cannot do without. {@code java -cp ... io.taidon.engine.postgres.StartBenchmark [rounds]}.
 */
public final class StartBenchmark {
  private static final int WARM_UP = 15;

  private StartBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 60;
    double[] floor = new double[rounds];
    double[] server = new double[rounds];
    double[] withPassword = new double[rounds];
    double[] stop = new double[rounds];
    Path data = TestClusters.cluster(17);
    for (int i = -WARM_UP; i < rounds; i++) {
      int slot = Math.max(i, 0);
      // In turn, so that a noisy machine is noisy for all of them.
      floor[slot] = floor(data);
      server[slot] = server(data, stop, slot);
      withPassword[slot] = withPassword(data);
    }
    print("floor: bare postgres, first row", floor, floor);
    print("start, first row", server, floor);
    print("start with TCP and password, first row", withPassword, floor);
    print("fast stop", stop, floor);
  }

  private static double floor(Path data) throws Exception {
    Path sockets = TestClusters.directory();
    TestClusters.OS_USER.own(sockets);
    List<String> command =
        new ArrayList<>(
            List.of(TestClusters.home(17).program("postgres").toString(), "-D", data.toString()));
    for (String setting :
        List.of(
            "listen_addresses=",
            "unix_socket_directories=" + sockets,
            "fsync=off",
            "full_page_writes=off",
            "synchronous_commit=off")) {
      command.addAll(List.of("-c", setting));
    }
    ProcessBuilder builder = new ProcessBuilder(TestClusters.OS_USER.wrap(command));
    builder.environment().clear();
    builder.redirectErrorStream(true);
    builder.redirectOutput(new File("/dev/null"));
    long start = System.nanoTime();
    Process process = builder.start();
    while (true) {
      try (SimpleQueryConnection connection =
          SimpleQueryConnection.open(
              sockets.resolve(".s.PGSQL.5432"), "sqlrs", "postgres", Duration.ofSeconds(5))) {
        List<?> unused = connection.query("SELECT 1");
        break;
      } catch (IOException e) {
        Thread.sleep(Duration.ofNanos(200_000));
      }
    }
    double millis = (System.nanoTime() - start) / 1e6;
    Signals.send(process.toHandle(), Signals.INTERRUPT);
    int ignored = process.waitFor();
    Files.delete(sockets);
    return millis;
  }

  private static double server(Path data, double[] stop, int slot) {
    long start = System.nanoTime();
    PostgresServer server =
        PostgresServer.start(
            TestClusters.home(17),
            TestClusters.OS_USER,
            ServerOptions.instance(data, data.resolveSibling("control")));
    server.ping();
    double millis = (System.nanoTime() - start) / 1e6;
    long stopping = System.nanoTime();
    boolean ignored = server.stop(StopMode.FAST);
    stop[slot] = (System.nanoTime() - stopping) / 1e6;
    return millis;
  }

  private static double withPassword(Path data) {
    int port = FreePort.pick();
    long start = System.nanoTime();
    PostgresServer server =
        PostgresServer.start(
            TestClusters.home(17),
            TestClusters.OS_USER,
            ServerOptions.instance(data, data.resolveSibling("control")).withTcpPort(port),
            "0123456789abcdef");
    double millis = (System.nanoTime() - start) / 1e6;
    boolean ignored = server.stop(StopMode.FAST);
    return millis;
  }

  private static void print(String what, double[] millis, double[] floor) {
    System.out.printf(
        Locale.ROOT,
        "%-42s p50 %6.1f ms  p95 %6.1f ms  x%.2f of floor p50%n",
        what,
        at(millis, 0.5),
        at(millis, 0.95),
        at(millis, 0.5) / at(floor, 0.5));
  }

  private static double at(double[] millis, double quantile) {
    double[] sorted = millis.clone();
    Arrays.sort(sorted);
    return sorted[(int) (quantile * (sorted.length - 1))];
  }
}
