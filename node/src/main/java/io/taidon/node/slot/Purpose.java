package io.taidon.node.slot;

import io.taidon.core.state.StateId;
import io.taidon.node.name.Uid;
import java.util.List;
import java.util.Optional;

/** What a volume is for. */
public sealed interface Purpose {
  /**
   * A server of a DbInstance. Its data outlives the pod.
   *
   * @param state what it is cloned from the first time
   */
  record Instance(StateId state, Uid uid) implements Purpose {}

  /**
   * A pod that makes states.
   *
   * @param state what it begins with; empty for an empty directory
   * @param seals the states it may seal, in this order
   */
  record Build(Optional<StateId> state, List<StateId> seals) implements Purpose {
    public Build {
      seals = List.copyOf(seals);
    }
  }
}
