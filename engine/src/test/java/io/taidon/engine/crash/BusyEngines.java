package io.taidon.engine.crash;

import io.taidon.core.plan.StepKind;
import io.taidon.engine.JobView;
import io.taidon.engine.fault.FaultWatch;
import io.taidon.engine.local.LocalEngine;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A process in which each of several engines runs four jobs at once, and that halts when all of
 * them together have passed a number of fault points.
 *
 * <p>Reads that number, then scenarios, of which only the places count, until an empty line.
 */
final class BusyEngines {
  private BusyEngines() {}

  public static void main(String[] args) throws Exception {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    int last = Integer.parseInt(in.readLine());
    List<Client> clients = new ArrayList<>();
    for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
      Scenario scenario = Scenario.ofLine(line);
      LocalEngine engine = DyingEngines.open(scenario.store(), scenario.backend(), scenario.home());
      clients.add(new Client(engine, scenario.workspace(), scenario.home()));
    }
    AtomicInteger passed = new AtomicInteger();
    FaultWatch.watch(_ -> {
      if (passed.incrementAndGet() >= last) {
        Runtime.getRuntime().halt(0);
      }
    });
    List<JobView> jobs = new ArrayList<>();
    for (Client client : clients) {
      jobs.addAll(fourJobs(client));
    }
    for (int i = 0; i < jobs.size(); i++) {
      clients.get(i / (jobs.size() / clients.size())).await(jobs.get(i));
    }
    System.out.println("all jobs ended after " + passed + " points");
    System.exit(1);
  }

  /** Two want the same, one the beginning of it, one something else. */
  private static List<JobView> fourJobs(Client client) {
    return List.of(
        client.submitBoth(Optional.empty()),
        client.submitBoth(Optional.of(Client.NAME)),
        client.submitFirst(Optional.empty()),
        client.submit(
            StepKind.PSQL, List.of("-c", "create table other (i int)"), Optional.empty()));
  }
}
