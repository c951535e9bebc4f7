package io.taidon.gateway.bench;

import io.taidon.core.scram.ScramVerifier;
import io.taidon.engine.postgres.FreePort;
import io.taidon.engine.postgres.PostgresServer;
import io.taidon.engine.postgres.PostgresServer.StopMode;
import io.taidon.engine.postgres.ServerOptions;
import io.taidon.engine.postgres.TestClusters;
import io.taidon.gateway.clients.Programs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;

/**
 * Prints how this gateway does beside a bare server, PgBouncer and HAProxy. All stand in front of
 * one server, and take turns, so that what else happens on the machine hits all alike. What is
 * measured and why is told in {@code docs/benchmarks.md}.
 */
public final class GatewayBench {
  private static final String DIRECT = "direct";
  private static final String GATEWAY = "taidon gateway";
  private static final String GATEWAY_LOCAL = "taidon gateway, Unix socket to the server";
  private static final String PGBOUNCER = "PgBouncer, session mode";
  private static final String PGBOUNCER_ONCE = "PgBouncer, no reuse of server connections";
  private static final String HAPROXY = "HAProxy, TCP";

  private static final String REUSE =
      "PgBouncer gives the server connection of a client that left to the next one, so the server"
          + " neither forks nor reads its catalogs; a session of the gateway is new at the server."
          + " The line below compares like with like";

  private static final int FEW = 200;
  private static final int MAJOR = 17;

  private final BenchSettings settings;
  private final Path directory;
  private final Budgets budgets = new Budgets();

  private GatewayBench(BenchSettings settings, Path directory) {
    this.settings = settings;
    this.directory = directory;
  }

  public static void main(String[] arguments) throws Exception {
    new GatewayBench(BenchSettings.read(), TestClusters.directory()).run();
  }

  private void run() throws Exception {
    ScramVerifier verifier = ScramVerifier.of(Contender.PASSWORD);
    System.out.printf(
        "One PostgreSQL %d on loopback TCP with SCRAM, %d round(s) of %d s, pgbench -S, one of its"
            + " threads.%n",
        MAJOR, settings.rounds(), settings.seconds());
    measureSpeed(verifier);
    if (settings.wants("IDLE")) {
      new IdleMemory(settings.idle(), directory, verifier).run(budgets);
    }
    budgets.print();
  }

  private void measureSpeed(ScramVerifier verifier) throws IOException, InterruptedException {
    Path data = TestClusters.cluster(MAJOR);
    int port = FreePort.pick();
    PostgresServer server =
        PostgresServer.start(
            TestClusters.home(MAJOR),
            TestClusters.OS_USER,
            ServerOptions.instance(data, data.resolveSibling("control")).withTcpPort(port));
    try (Proxies proxies = new Proxies(directory, verifier, FEW)) {
      server.setPassword(verifier);
      Contender direct = new Contender(DIRECT, port, Contender.ROLE, OptionalLong.empty());
      Pgbench.initialize(direct, directory);
      CopyOut.initialize(direct, directory);
      List<Contender> contenders = contenders(proxies, direct, server.socket());
      warmUp(contenders);
      for (Load load : Load.values()) {
        if (settings.wants(load.name())) {
          judge(load, measure(load, contenders));
        }
      }
    } finally {
      server.stop(StopMode.IMMEDIATE);
    }
  }

  private List<Contender> contenders(Proxies proxies, Contender direct, Path socket) {
    List<Contender> contenders = new ArrayList<>();
    contenders.add(direct);
    contenders.add(proxies.gateway(GATEWAY, "127.0.0.1:" + direct.port(), "scram"));
    contenders.add(proxies.gateway(GATEWAY_LOCAL, socket.toString(), "trust"));
    if (Programs.inPath("pgbouncer").isPresent()) {
      contenders.add(proxies.pgbouncer(PGBOUNCER, direct.port(), true));
      contenders.add(proxies.pgbouncer(PGBOUNCER_ONCE, direct.port(), false));
    } else {
      System.out.println("PgBouncer is left out: it is not installed.");
    }
    if (Programs.inPath("haproxy").isPresent()) {
      contenders.add(proxies.haproxy(HAPROXY, direct.port()));
    } else {
      System.out.println("HAProxy is left out: it is not installed.");
    }
    contenders.removeIf(
        each -> !each.equals(direct) && !settings.contenders().matcher(each.name()).matches());
    return contenders;
  }

  /** Mostly for the compiler of the Java processes. */
  private void warmUp(List<Contender> contenders) {
    for (Load load : Load.values()) {
      if (settings.wants(load.name())) {
        for (Contender each : inTurn(load, contenders)) {
          boolean compiled = !each.name().startsWith(GATEWAY);
          load.run(each, directory, load.warmUpSeconds(compiled));
        }
      }
    }
  }

  private Standings measure(Load load, List<Contender> contenders) {
    Standings standings = new Standings(load);
    List<Contender> order = inTurn(load, contenders);
    order.forEach(each -> standings.announce(each));
    for (int round = 0; round < settings.rounds(); round++) {
      for (Contender each : order) {
        standings.add(each, load.run(each, directory, settings.seconds()));
      }
      Collections.rotate(order, 1); // whoever follows the same other one each time might inherit
    }
    standings.print();
    return standings;
  }

  private static List<Contender> inTurn(Load load, List<Contender> contenders) {
    List<Contender> order = new ArrayList<>(contenders);
    if (load != Load.CONNECT) {
      order.removeIf(each -> each.name().equals(PGBOUNCER_ONCE)); // the same but for connecting
    }
    return order;
  }

  private void judge(Load load, Standings standings) {
    List<String> peers =
        (load == Load.CONNECT ? List.of(PGBOUNCER) : List.of(PGBOUNCER, HAPROXY))
            .stream().filter(standings::has).toList();
    String what =
        load.title()
            + (load == Load.CONNECT
                ? ", times PgBouncer"
                : ", times the better of PgBouncer and HAProxy");
    if (peers.isEmpty() || !standings.has(GATEWAY)) {
      budgets.skipped(what, "no peer is there");
      return;
    }
    double least = load == Load.CONNECT ? 1 : 0.95;
    String why = standings.costs(GATEWAY, peers);
    if (load == Load.CONNECT) {
      why += ". " + REUSE;
    }
    budgets.atLeast(what, standings.ratio(GATEWAY, peers), least, why);
    if (standings.has(PGBOUNCER_ONCE)) {
      budgets.atLeast(
          load.title() + ", times PgBouncer that logs in at the server for each client, as we do",
          standings.ratio(GATEWAY, List.of(PGBOUNCER_ONCE)),
          least,
          standings.costs(GATEWAY, List.of(PGBOUNCER_ONCE)));
    }
  }
}
