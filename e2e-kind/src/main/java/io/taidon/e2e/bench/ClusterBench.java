package io.taidon.e2e.bench;

import io.taidon.crds.v1alpha1.JobReason;
import io.taidon.crds.v1alpha1.PrepareJob;
import io.taidon.crds.v1alpha1.StateSnapshot;
import io.taidon.e2e.cluster.Hands;
import io.taidon.e2e.cluster.Installation;
import io.taidon.e2e.cluster.Outcomes;
import io.taidon.e2e.cluster.TestCluster;
import io.taidon.e2e.cluster.TestNamespace;
import io.taidon.e2e.connect.Outside;
import io.taidon.e2e.source.Jobs;
import io.taidon.e2e.source.Workspaces;
import java.io.PrintStream;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Prints how long it takes from the creation of a DbInstance to its first row, in stages, beside a
 * bare PostgreSQL pod that takes turns with it. Budget: at most 200 ms more than the bare pod.
 */
public final class ClusterBench {
  private static final long BUDGET_MILLIS = 200;
  private static final String JOB = "shop";

  private final PrintStream out;
  private final int rounds;

  private ClusterBench(PrintStream out, int rounds) {
    this.out = out;
    this.rounds = rounds;
  }

  /** Runs it; {@code ROUNDS} says how often each is measured, 20 times if it does not. */
  public static void main(String[] args) throws Exception {
    int rounds =
        Optional.ofNullable(System.getenv("ROUNDS"))
            .filter(text -> !text.isBlank())
            .map(Integer::parseInt)
            .orElse(20);
    switch (TestCluster.find()) {
      case TestCluster.Found.Here here -> {
        try (TestCluster cluster = here.cluster()) {
          new ClusterBench(System.out, rounds).run(cluster);
        }
      }
      case TestCluster.Found.Nowhere nowhere -> {
        System.err.println("bench-cluster: " + nowhere.why());
        System.exit(1);
      }
    }
  }

  private void run(TestCluster cluster) throws SQLException {
    Installation taidon = Installation.of(cluster.client());
    taidon.awaitReady();
    try (Hands hands = Hands.on(cluster.client(), taidon)) {
      TestNamespace in = TestNamespace.create(cluster.client(), hands, "bench");
      try {
        measure(in, taidon, hands, new Outside(cluster.client(), taidon));
      } finally {
        in.delete();
      }
    }
  }

  private void measure(TestNamespace in, Installation taidon, Hands hands, Outside outside)
      throws SQLException {
    StateSnapshot state = prepare(in);
    String node = state.getStatus().locations().getFirst().node();
    String pool = taidon.poolDirectories().getFirst();
    BarePostgres bare =
        new BarePostgres(in, hands, taidon.runnerImage(), node, pool + "/" + in.name() + "-bare");
    TimedInstance instance = new TimedInstance(in, outside);
    List<Round> instances = new ArrayList<>();
    List<Round> bares = new ArrayList<>();
    try {
      String files = pool + "/" + in.name() + "/states/" + state.getSpec().id();
      // The first of each is not counted: it loads what the others find loaded.
      for (int round = 0; round <= rounds; round++) {
        bare.provide(files, "bare-" + round);
        Round barely = bare.measure("bare-" + round);
        Round wholly = instance.measure("dbi-" + round, JOB);
        if (round > 0) {
          bares.add(barely);
          instances.add(wholly);
        }
      }
    } finally {
      bare.removeAll();
    }
    print(in, state, instances, bares);
  }

  private static StateSnapshot prepare(TestNamespace in) {
    in.createFiles(JOB, Workspaces.example("shop"));
    in.create(
        Jobs.named(JOB)
            .fromConfigMap(JOB)
            .psql("-v", "orders=1000", "-f", "schema.sql", "-f", "data.sql", "-f", "views.sql")
            .write());
    PrepareJob job = Outcomes.awaitEnd(in, JOB, JobReason.BUILT);
    return Objects.requireNonNull(
        in.client()
            .resources(StateSnapshot.class)
            .inNamespace(in.name())
            .withName(job.getStatus().stateRef().name())
            .get());
  }

  private void print(
      TestNamespace in, StateSnapshot state, List<Round> instances, List<Round> bares) {
    out.printf(
        Locale.ROOT,
        "Kubernetes %s, pool %s, %d rounds of each in turns, nothing warm but images.%n",
        in.client().getKubernetesVersion().getGitVersion(),
        state.getStatus().locations().getFirst().backend(),
        rounds);
    out.println("Milliseconds since the request was sent, p50 / p95.");
    table("DbInstance, through the gateway", instances);
    table("bare PostgreSQL pod, dialled directly", bares);
    Quantiles whole = quantiles(instances, TimedInstance.FIRST_ROW);
    Quantiles floor = quantiles(bares, BarePostgres.FIRST_ROW);
    out.printf(
        Locale.ROOT,
        "times the bare pod  %.2f / %.2f%n",
        whole.p50() / floor.p50(),
        whole.p95() / floor.p95());
    double more = whole.p50() - floor.p50();
    out.printf(
        Locale.ROOT,
        "more than the bare pod  %.0f / %.0f; budget %d: p50 %s%n",
        more,
        whole.p95() - floor.p95(),
        BUDGET_MILLIS,
        more <= BUDGET_MILLIS ? "met" : "over");
  }

  private void table(String title, List<Round> rounds) {
    out.println(title);
    Set<String> stages = new LinkedHashSet<>();
    rounds.stream().flatMap(round -> round.stages().keySet().stream()).forEach(stages::add);
    stages.stream()
        .map(stage -> Map.entry(stage, quantiles(rounds, stage)))
        .sorted((one, other) -> Double.compare(one.getValue().p50(), other.getValue().p50()))
        .forEach(row ->
            out.printf(
                Locale.ROOT,
                "  %-22s %6.0f / %6.0f%n",
                row.getKey(),
                row.getValue().p50(),
                row.getValue().p95()));
  }

  private static Quantiles quantiles(List<Round> rounds, String stage) {
    return Quantiles.of(
        rounds.stream()
            .map(round -> Optional.ofNullable(round.stages().get(stage)))
            .flatMap(Optional::stream)
            .toList());
  }
}
