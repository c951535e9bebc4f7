package io.taidon.core.explain;

import io.taidon.core.state.StateId;
import io.taidon.core.state.StateIdentity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** All known states as chains of steps, those included that were passed through and never kept. */
final class Lineage {
  private static final Comparator<Node> BY_ID = Comparator.comparing(node -> node.id().hex());

  /**
   * A state on a chain.
   *
   * @param step what made it; empty for state 0
   * @param owner the known state whose record tells of it
   * @param wasKept whether it was itself a state, and not only passed through
   */
  record Node(
      StateId id,
      Optional<StateId> parent,
      Optional<StepOrigin> step,
      KnownState owner,
      boolean wasKept) {

    /** What its step cost: its share where a record covers several. */
    long buildMillis() {
      return owner.buildMillis() / Math.max(1, owner.origin().steps().size());
    }
  }

  /**
   * A whole chain.
   *
   * @param base state 0; empty where the record of the beginning is lost
   * @param nodes behind state 0, in order
   */
  record Chain(Optional<Node> base, List<Node> nodes) {
    List<StepOrigin> steps() {
      return nodes.stream().map(node -> node.step().orElseThrow()).toList();
    }

    /** The state after so many steps. */
    Optional<Node> after(int steps) {
      return steps == 0 ? base : Optional.of(nodes.get(steps - 1));
    }
  }

  private final Map<StateId, Node> nodes = new HashMap<>();

  Lineage(Collection<KnownState> known) {
    known.forEach(this::add);
  }

  private void add(KnownState state) {
    StateOrigin origin = state.origin();
    if (origin.parent().isEmpty()) {
      put(new Node(origin.id(), Optional.empty(), Optional.empty(), state, true));
      return;
    }
    StateId parent = origin.parent().get();
    for (int i = 0; i < origin.steps().size(); i++) {
      StepOrigin step = origin.steps().get(i);
      StateId id = StateIdentity.after(parent, step.hash());
      boolean isLast = i == origin.steps().size() - 1;
      put(new Node(id, Optional.of(parent), Optional.of(step), state, isLast));
      parent = id;
    }
  }

  /** A record of the state itself tells more than one of what came after it. */
  private void put(Node node) {
    nodes.merge(node.id(), node, (old, fresh) -> better(old, fresh) ? old : fresh);
  }

  private static boolean better(Node old, Node fresh) {
    if (old.wasKept() != fresh.wasKept()) {
      return old.wasKept();
    }
    if (old.owner().isKept() != fresh.owner().isKept()) {
      return old.owner().isKept();
    }
    int byTime = old.owner().at().compareTo(fresh.owner().at());
    return byTime != 0
        ? byTime > 0
        : old.owner().origin().id().hex().compareTo(fresh.owner().origin().id().hex()) <= 0;
  }

  Optional<Node> find(StateId id) {
    return Optional.ofNullable(nodes.get(id));
  }

  Collection<Node> all() {
    return nodes.values();
  }

  /** Every chain that no other one goes on from, by the id of its end. */
  List<Chain> chains() {
    Set<StateId> parents = new HashSet<>();
    nodes.values().forEach(node -> node.parent().ifPresent(parents::add));
    return nodes.values().stream()
        .filter(node -> !parents.contains(node.id()))
        .sorted(BY_ID)
        .map(this::chain)
        .toList();
  }

  private Chain chain(Node end) {
    List<Node> backwards = new ArrayList<>();
    Optional<Node> node = Optional.of(end);
    while (node.isPresent() && node.get().parent().isPresent()) {
      backwards.add(node.get());
      node = node.get().parent().flatMap(this::find);
    }
    Collections.reverse(backwards);
    return new Chain(node, backwards);
  }
}
