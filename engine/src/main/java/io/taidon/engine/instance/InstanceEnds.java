package io.taidon.engine.instance;

import io.taidon.engine.InstanceEvent;
import io.taidon.engine.Lifetime;
import io.taidon.engine.build.EngineContext;
import io.taidon.engine.store.InstanceId;
import io.taidon.engine.store.InstanceRecord;
import java.time.Instant;
import java.util.Optional;

/** When instances end, as it is written down, and who hears that this changed. Thread-safe. */
final class InstanceEnds {
  private final EngineContext engine;
  private final Lifetimes lifetimes;
  private final InstanceRows rows;
  private final InstanceListeners listeners;
  private volatile Runnable lifetimesChanged = () -> {};

  InstanceEnds(
      EngineContext engine, Lifetimes lifetimes, InstanceRows rows, InstanceListeners listeners) {
    this.engine = engine;
    this.lifetimes = lifetimes;
    this.rows = rows;
    this.listeners = listeners;
  }

  /** Hears when an instance may end sooner than was known. */
  void whenTheyChange(Runnable listener) {
    lifetimesChanged = listener;
  }

  /** An instance is there whose end nobody has considered. */
  void changed() {
    lifetimesChanged.run();
  }

  /**
   * Lets an instance live on for a time from now; never brings its end nearer.
   *
   * @param wish absent times are those that were wished before
   */
  InstanceRecord extend(InstanceId id, Lifetime wish) {
    lifetimes.requireAllowed(wish);
    boolean named = !engine.registry().names().ofInstance(id).isEmpty();
    Instant now = engine.clock().instant();
    InstanceRecord extended =
        rows.change(
            id,
            instance -> {
              InstanceRows.requireMade(instance);
              Optional<Instant> before = lifetimes.expiresAt(instance, named);
              Lifetime wishes = wish.or(instance.lifetime());
              Optional<Instant> after = lifetimes.end(now, wishes, named);
              Lifetime kept =
                  wish.idleTimeout()
                      .map(instance.lifetime()::withIdleTimeout)
                      .orElse(instance.lifetime());
              return instance.living(kept, later(before, after));
            });
    changedExpiry(id, lifetimes.expiresAt(extended, named));
    return extended;
  }

  /** The later of two ends; none is the latest. */
  private static Optional<Instant> later(Optional<Instant> one, Optional<Instant> other) {
    return one.isEmpty() || (other.isPresent() && other.get().isBefore(one.get())) ? one : other;
  }

  /**
   * Writes down the end that use, or a default, came to, unless it was changed meanwhile.
   *
   * @param seen what that was concluded from
   */
  void putOff(InstanceRecord seen, Optional<Instant> end) {
    Optional<InstanceRecord> changed =
        engine
            .registry()
            .instances()
            .change(seen.id(), i -> i.expiresAt().equals(seen.expiresAt()) ? i.expiring(end) : i);
    changed.ifPresent(i -> changedExpiry(i.id(), i.expiresAt()));
  }

  private void changedExpiry(InstanceId id, Optional<Instant> end) {
    listeners.tell(new InstanceEvent.ExpiryChanged(id.hex(), end));
    lifetimesChanged.run();
  }
}
