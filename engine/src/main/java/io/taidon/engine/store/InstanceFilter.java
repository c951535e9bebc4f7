package io.taidon.engine.store;

import io.taidon.core.state.StateId;
import java.time.Instant;
import java.util.Optional;

/**
 * Which instances to list; what is empty does not restrict.
 *
 * @param expiredAt only those whose time is over at this moment
 */
public record InstanceFilter(
    Optional<IdPrefix> id,
    Optional<StateId> state,
    Optional<InstanceStatus> status,
    Optional<SessionId> owner,
    Optional<Instant> expiredAt) {
  public static final InstanceFilter ALL =
      new InstanceFilter(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  public static InstanceFilter ofState(StateId state) {
    return new InstanceFilter(
        Optional.empty(), Optional.of(state), Optional.empty(), Optional.empty(), Optional.empty());
  }

  public static InstanceFilter ofOwner(SessionId owner) {
    return new InstanceFilter(
        Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(owner), Optional.empty());
  }

  public static InstanceFilter expiredAt(Instant now) {
    return new InstanceFilter(
        Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(now));
  }
}
