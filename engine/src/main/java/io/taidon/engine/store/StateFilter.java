package io.taidon.engine.store;

import java.util.Optional;

/**
 * Which states to list; what is empty does not restrict.
 *
 * @param engineVersion the whole server version
 */
public record StateFilter(
    Optional<IdPrefix> id, Optional<StateKind> kind, Optional<String> engineVersion) {
  public static final StateFilter ALL =
      new StateFilter(Optional.empty(), Optional.empty(), Optional.empty());
}
