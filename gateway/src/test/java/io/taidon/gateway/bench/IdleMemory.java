package io.taidon.gateway.bench;

import io.taidon.core.scram.ScramKeys;
import io.taidon.core.scram.ScramVerifier;
import io.taidon.engine.postgres.FreePort;
import io.taidon.gateway.RawClient;
import io.taidon.gateway.RawClient.Message;
import io.taidon.gateway.clients.Programs;
import io.taidon.gateway.wire.ProtocolVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What each idle connection costs a proxy in memory: many clients log in, ask one query, so that
 * each has its connection to the server, and then do nothing. Behind stands a stand-in for a
 * server.
 */
final class IdleMemory {
  private static final int THREADS = 16;
  private static final int SPARE = 20;
  private static final int WARM_UP = 500;
  private static final double BUDGET_KIB = 10;

  private final int count;
  private final Path directory;
  private final ScramVerifier verifier;
  private final ScramKeys keys;

  IdleMemory(int count, Path directory, ScramVerifier verifier) {
    this.count = count;
    this.directory = directory;
    this.verifier = verifier;
    this.keys = ScramVerifier.keys(Contender.PASSWORD, verifier.salt(), verifier.iterations());
  }

  /**
   * Memory of one proxy.
   *
   * @param settled after its garbage was collected; the same as {@code held} where there is none
   */
  private record Memory(long before, long held, long settled) {}

  void run(Budgets budgets) throws Exception {
    int port = FreePort.pick();
    Process standIn = standIn(port);
    System.out.println();
    System.out.printf(
        "%-44s %10s %12s %12s %12s%n",
        "Memory of " + count + " idle connections, a stand-in behind",
        "before MiB",
        "with them",
        "KiB for each",
        "without garbage");
    try (Proxies proxies = new Proxies(directory, verifier, count + SPARE)) {
      double own = print(proxies.gateway("taidon gateway", "127.0.0.1:" + port, "trust"));
      if (Programs.inPath("pgbouncer").isPresent()) {
        print(proxies.pgbouncer("PgBouncer, session mode", port, true));
      }
      if (Programs.inPath("haproxy").isPresent()) {
        print(proxies.haproxy("HAProxy, TCP", port));
      }
      budgets.atMost(
          "KiB for each of " + count + " idle connections through the gateway", own, BUDGET_KIB);
    } finally {
      standIn.destroyForcibly().waitFor();
    }
  }

  /** Returns KiB for each connection, with whatever garbage there is. */
  private double print(Contender contender) throws Exception {
    Memory memory = measure(contender);
    double each = (memory.held - memory.before) / (double) count;
    System.out.printf(
        Locale.ROOT,
        "  %-42s %10.1f %12.1f %12.1f %12.1f%n",
        contender.name(),
        memory.before / 1024.0,
        memory.held / 1024.0,
        each,
        (memory.settled - memory.before) / (double) count);
    return each;
  }

  private Memory measure(Contender contender) throws Exception {
    closeAll(open(contender, WARM_UP));
    collectGarbage(contender);
    long before = contender.residentKib();
    List<RawClient> clients = open(contender, count);
    long held = contender.residentKib();
    collectGarbage(contender);
    long settled = contender.residentKib();
    for (RawClient client : clients) {
      ask(client); // so all are still there
    }
    closeAll(clients);
    return new Memory(before, held, settled);
  }

  private List<RawClient> open(Contender contender, int number)
      throws InterruptedException, ExecutionException {
    List<RawClient> clients = Collections.synchronizedList(new ArrayList<>());
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> openings = new ArrayList<>();
      for (int i = 0; i < number; i++) {
        openings.add(threads.submit(() -> clients.add(open(contender))));
      }
      for (Future<?> opening : openings) {
        opening.get();
      }
    }
    return clients;
  }

  /** HAProxy has no door: there the stand-in answers, and asks for no password. */
  private RawClient open(Contender contender) {
    try {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), contender.port());
      boolean door = !contender.name().startsWith("HAProxy");
      RawClient client = new RawClient(socket);
      if (door) {
        client = RawClient.authenticate(socket, contender.user(), keys, ProtocolVersion.V3_0);
      } else {
        client.startup(contender.user(), ProtocolVersion.V3_0);
      }
      requireReady(client);
      ask(client);
      return client;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void ask(RawClient client) throws IOException {
    client.query("SELECT 1");
    requireReady(client);
  }

  private static void requireReady(RawClient client) throws IOException {
    Message last = client.untilReady().getLast();
    if (last.type() != 'Z') {
      throw new IllegalStateException("a client was refused: " + last);
    }
  }

  private static void closeAll(List<RawClient> clients) throws IOException {
    for (RawClient client : clients) {
      client.close();
    }
  }

  /** Only of the Java process. */
  private static void collectGarbage(Contender contender) throws IOException, InterruptedException {
    Optional<String> command =
        ProcessHandle.of(contender.pid().orElseThrow()).flatMap(handle -> handle.info().command());
    if (command.filter(program -> program.endsWith("java")).isPresent()) {
      Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
      new ProcessBuilder(jcmd.toString(), Long.toString(contender.pid().orElseThrow()), "GC.run")
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    }
  }

  private Process standIn(int port) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("taidon.gateway.classpath"),
            StandIn.class.getName(),
            Integer.toString(port))
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("stand-in.log").toFile())
        .start();
  }
}
