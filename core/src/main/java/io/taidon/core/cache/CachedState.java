package io.taidon.core.cache;

import io.taidon.core.state.StateId;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A kept state as the eviction policy needs to know it.
 *
 * @param parent the state that its step was applied to; it may be gone
 * @param uses how often it was reused, also as the start of a longer build
 * @param buildMillis what its own step cost
 * @param bytes what deleting it would free: exclusive bytes where the backend can tell
 * @param holds why it may not go
 * @param workspaces the workspaces that have used it
 */
public record CachedState(
    StateId id,
    Optional<StateId> parent,
    Instant createdAt,
    Instant lastUsedAt,
    long uses,
    long buildMillis,
    long bytes,
    Set<Hold> holds,
    List<String> workspaces) {
  public CachedState {
    holds = holds.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(holds));
    workspaces = List.copyOf(workspaces);
  }

  /** The same state, held for one more reason. */
  public CachedState heldBy(Hold hold) {
    Set<Hold> more = EnumSet.of(hold);
    more.addAll(holds);
    return withHolds(more);
  }

  /** The same state without one reason to hold it. */
  public CachedState without(Hold hold) {
    return withHolds(
        holds.stream()
            .filter(other -> other != hold)
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Hold.class))));
  }

  private CachedState withHolds(Set<Hold> others) {
    return new CachedState(
        id, parent, createdAt, lastUsedAt, uses, buildMillis, bytes, others, workspaces);
  }

  /** Whether it may go. */
  public boolean evictable() {
    return holds.isEmpty();
  }
}
