package io.taidon.core.explain;

import io.taidon.core.explain.Explanation.Hit;
import io.taidon.core.explain.Explanation.Miss;
import io.taidon.core.explain.Lineage.Node;
import io.taidon.core.explain.Relatives.Found;
import io.taidon.core.plan.Plan;
import io.taidon.core.state.Digest;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says why a request misses the cache: first whether the missed state was there once, else what
 * changed against the nearest relative. Pure: the same plan and the same records give the same
 * explanation on a laptop and in a cluster.
 */
public final class Explainer {
  private final ExplainRequest request;
  private final Plan plan;
  private final Lineage lineage;

  private Explainer(ExplainRequest request, Lineage lineage) {
    this.request = request;
    this.plan = request.plan();
    this.lineage = lineage;
  }

  /**
   * @param known every state that is there or was, as far as anybody knows; in any order
   */
  public static Explanation explain(ExplainRequest request, Collection<KnownState> known) {
    return new Explainer(request, new Lineage(known)).explain();
  }

  private Explanation explain() {
    if (plan.isCached() && (!plan.steps().isEmpty() || request.baseCached())) {
      return new Hit(plan.finalState(), Sentences.hit(plan));
    }
    int builtBefore = builtBefore();
    return builtBefore > plan.reusedSteps() ? gone(builtBefore) : changed(builtBefore);
  }

  /** How many steps, from the first on, some known state was made of. */
  private int builtBefore() {
    for (int step = plan.steps().size(); step > 0; step--) {
      if (lineage.find(request.after(step)).isPresent()) {
        return step;
      }
    }
    return 0;
  }

  /** The steps up to {@code builtBefore} ran once, and their states are not there any more. */
  private Miss gone(int builtBefore) {
    int first = plan.reusedSteps() + 1;
    for (int step = first; step <= builtBefore; step++) {
      Optional<Node> node = lineage.find(request.after(step)).filter(Node::wasKept);
      if (node.isPresent()) {
        Loss loss =
            node.get()
                .owner()
                .loss()
                .orElseGet(() -> new Loss(Optional.empty(), node.get().owner().at()));
        return miss(loss.miss(), step, Optional.of(loss), changesAfter(builtBefore), builtBefore);
      }
    }
    return miss(
        MissReason.NOT_KEPT, first, Optional.empty(), changesAfter(builtBefore), builtBefore);
  }

  private Optional<Found> changesAfter(int builtBefore) {
    return builtBefore == plan.steps().size()
        ? Optional.empty()
        : Relatives.nearest(request, lineage, builtBefore);
  }

  private Miss changed(int builtBefore) {
    int first = Math.min(plan.reusedSteps() + 1, plan.steps().size());
    Optional<Found> found = Relatives.nearest(request, lineage, builtBefore).filter(this::isOfUse);
    if (found.isEmpty()) {
      return miss(MissReason.NEVER_BUILT, first, Optional.empty(), Optional.empty(), 0);
    }
    List<StepChange> changes = Changes.of(found.get());
    if (changes.isEmpty()) {
      return miss(MissReason.NEVER_BUILT, first, Optional.empty(), found, builtBefore);
    }
    StepChange cause = changes.getFirst();
    MissReason reason =
        Reasons.of(cause, request.steps().get(first - 1).kind(), isLast(found.get()));
    return miss(reason, first, Optional.empty(), found, builtBefore);
  }

  /** A chain that shares nothing with the request explains nothing, unless it is its beginning. */
  private boolean isOfUse(Found found) {
    return found.sharesAnything() || found.engine().isEmpty();
  }

  /** Whether the way only goes on where the relative ends. */
  private static boolean isLast(Found found) {
    return found.alignment().edits().stream()
        .dropWhile(Edit.Keep.class::isInstance)
        .allMatch(Edit.Insert.class::isInstance);
  }

  private Miss miss(
      MissReason reason, int step, Optional<Loss> loss, Optional<Found> found, int builtBefore) {
    List<StepChange> changes = found.map(Changes::of).orElse(List.of());
    Optional<Relative> relative = found.flatMap(Explainer::relative);
    String label = plan.steps().isEmpty() ? "initdb" : plan.steps().get(step - 1).label();
    RebuildCost cost = cost(found);
    return new Miss(
        plan.finalState(),
        reason,
        step,
        label,
        request.after(step),
        loss,
        changes,
        relative,
        cost,
        Sentences.miss(reason, step, label, loss, changes, relative, builtBefore));
  }

  private static Optional<Relative> relative(Found found) {
    return found
        .node()
        .map(node ->
            new Relative(
                node.id(),
                node.step().map(StepOrigin::label).orElse("initdb"),
                found.alignment().kept(),
                node.wasKept() ? node.owner().loss() : Optional.empty(),
                node.owner().at()));
  }

  private RebuildCost cost(Optional<Found> found) {
    Map<Digest, Node> byHash = byHash(found);
    long millis = 0;
    int measured = 0;
    int estimated = 0;
    int unknown = 0;
    for (int step = plan.reusedSteps() + 1; step <= plan.steps().size(); step++) {
      Optional<Node> same = lineage.find(request.after(step));
      Optional<Node> alike = Optional.ofNullable(byHash.get(request.steps().get(step - 1).hash()));
      if (same.isPresent()) {
        measured++;
      } else if (alike.isPresent()) {
        estimated++;
      } else {
        unknown++;
      }
      millis += same.or(() -> alike).map(Node::buildMillis).orElse(0L);
    }
    boolean initdb = plan.reusedSteps() == 0 && !request.baseCached();
    if (initdb) {
      millis += lineage.find(plan.base()).map(Node::buildMillis).orElse(0L);
    }
    return new RebuildCost(plan.remaining().size(), initdb, millis, measured, estimated, unknown);
  }

  /** What the same step cost elsewhere, or the one that was edited into it. */
  private Map<Digest, Node> byHash(Optional<Found> found) {
    Map<Digest, Node> byHash = new HashMap<>();
    lineage.all().stream()
        .sorted(
            Comparator.<Node, Instant>comparing(node -> node.owner().at())
                .thenComparing(node -> node.id().hex()))
        .forEach(node -> node.step().ifPresent(step -> byHash.put(step.hash(), node)));
    found.ifPresent(f ->
        f.alignment()
            .edits()
            .forEach(edit -> {
              if (edit instanceof Edit.Replace r
                  && r.related()
                  && byHash.containsKey(r.before().hash())) {
                byHash.putIfAbsent(r.after().hash(), byHash.get(r.before().hash()));
              }
            }));
    return byHash;
  }
}
