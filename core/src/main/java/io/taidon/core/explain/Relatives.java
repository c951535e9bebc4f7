package io.taidon.core.explain;

import io.taidon.core.explain.Lineage.Chain;
import io.taidon.core.explain.Lineage.Node;
import io.taidon.core.state.Digest;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the nearest relative of a request: of the chains that share the longest beginning the one
 * from which the fewest changes lead to it; then one that is still there, then the one used last,
 * then by id. Pure.
 */
final class Relatives {
  /** How many chains are compared step by step; those that share the most steps. */
  private static final int MOST_COMPARED = 24;

  /** A changed engine counts as less than an inserted step: it explains all steps at once. */
  private static final int ENGINE = 15;

  private Relatives() {}

  /**
   * @param alignment the way from the chain to the request
   * @param engine in what the engines differ; empty where they are equal
   * @param node the state on the chain that the way starts from; empty where its record is lost
   */
  record Found(Chain chain, Alignment alignment, List<Difference> engine, Optional<Node> node) {

    boolean sharesAnything() {
      return alignment.kept() > 0
          || alignment.edits().stream().anyMatch(e -> e instanceof Edit.Replace r && r.related());
    }
  }

  /**
   * @param shared how many steps of the request, from the first on, were built before: the relative
   *     shares them
   */
  static Optional<Found> nearest(ExplainRequest request, Lineage lineage, int shared) {
    Comparator<Found> nearestFirst =
        Comparator.<Found>comparingInt(found -> cost(found))
            .thenComparing(found -> -found.alignment().kept())
            .thenComparing(found -> !found.node().map(n -> n.owner().isKept()).orElse(false))
            .thenComparing(Relatives::lastUse, Comparator.reverseOrder())
            .thenComparing(found -> found.node().map(n -> n.id().hex()).orElse(""));
    return candidates(request, lineage, shared).stream()
        .map(chain -> compare(request, chain))
        .min(nearestFirst);
  }

  private static Found compare(ExplainRequest request, Chain chain) {
    Alignment alignment = Alignment.of(chain.steps(), request.steps());
    boolean sameEngine = chain.base().map(b -> b.id().equals(request.plan().base())).orElse(false);
    return new Found(
        chain,
        alignment,
        sameEngine ? List.of() : engineDifferences(request, chain),
        chain.after(alignment.used()));
  }

  /** None where the record of the chain's beginning is lost: then nobody knows. */
  private static List<Difference> engineDifferences(ExplainRequest request, Chain chain) {
    return chain
        .base()
        .map(base -> Differences.between(base.owner().origin().engine(), request.engine()))
        .orElse(List.of());
  }

  private static int cost(Found found) {
    return found.alignment().cost() + (found.engine().isEmpty() ? 0 : ENGINE);
  }

  private static Instant lastUse(Found found) {
    return found.node().map(node -> node.owner().at()).orElse(Instant.MIN);
  }

  private static List<Chain> candidates(ExplainRequest request, Lineage lineage, int shared) {
    Set<Digest> hashes = new HashSet<>();
    Set<String> labels = new HashSet<>();
    request
        .steps()
        .forEach(step -> {
          hashes.add(step.hash());
          labels.add(step.label());
        });
    Comparator<Chain> mostAlikeFirst =
        Comparator.<Chain>comparingLong(chain -> -likeness(chain, hashes, labels))
            .thenComparing(Relatives::endOf, Comparator.reverseOrder())
            .thenComparing(chain -> chain.after(chain.nodes().size()).map(Node::id).toString());
    return lineage.chains().stream()
        .filter(chain -> shared == 0 || passes(chain, request, shared))
        .sorted(mostAlikeFirst)
        .limit(MOST_COMPARED)
        .toList();
  }

  private static boolean passes(Chain chain, ExplainRequest request, int shared) {
    return chain.nodes().stream().anyMatch(node -> node.id().equals(request.after(shared)));
  }

  private static long likeness(Chain chain, Set<Digest> hashes, Set<String> labels) {
    long likeness = 0;
    for (Node node : chain.nodes()) {
      StepOrigin step = node.step().orElseThrow();
      likeness += hashes.contains(step.hash()) ? 3 : labels.contains(step.label()) ? 1 : 0;
    }
    return likeness;
  }

  private static Instant endOf(Chain chain) {
    return chain.after(chain.nodes().size()).map(end -> end.owner().at()).orElse(Instant.MIN);
  }
}
