package io.taidon.engine.instance;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.lifetime.Expiry;
import io.taidon.core.lifetime.IdlePolicy;
import io.taidon.core.lifetime.TimeLimit;
import io.taidon.core.lifetime.Usage;
import io.taidon.engine.InstanceUse;
import io.taidon.engine.Lifetime;
import io.taidon.engine.config.ConfigKey;
import io.taidon.engine.config.ConfigStore;
import io.taidon.engine.store.InstanceRecord;
import io.taidon.engine.store.InstanceStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * How long the instances of this engine live and stay awake: wishes, within what is configured now.
 * Thread-safe; changes nothing.
 */
public final class Lifetimes {
  private final ConfigStore config;
  private final InstanceUses uses;
  private final BooleanSupplier wakes;

  /**
   * @param wakes whether a connection can wake an instance now
   */
  public Lifetimes(ConfigStore config, InstanceUses uses, BooleanSupplier wakes) {
    this.config = config;
    this.uses = uses;
    this.wakes = wakes;
  }

  /**
   * @throws TaidonException INVALID_ARGUMENT where more is wished than can be given
   */
  public void requireAllowed(Lifetime wish) {
    require("The time to live", ttl(false), wish.ttl(), ConfigKey.INSTANCE_MAX_TTL);
    require("The idle timeout", idle(), wish.idleTimeout(), ConfigKey.INSTANCE_MAX_IDLE_TIMEOUT);
  }

  private static void require(
      String what, TimeLimit limit, Optional<Duration> wish, ConfigKey longest) {
    if (wish.filter(limit::isTooLong).isPresent()) {
      throw TaidonException.of(
              ErrorCode.INVALID_ARGUMENT,
              what
                  + " of "
                  + wish.get().toSeconds()
                  + " s is longer than "
                  + longest.path()
                  + ", "
                  + limit.longest().toSeconds()
                  + " s.")
          .with("setting", longest.path())
          .remedy("Give less, or 0 for as long as is allowed.");
    }
  }

  /** When an instance that begins, or is extended, now expires; empty for never. */
  public Optional<Instant> end(Instant now, Lifetime wish, boolean named) {
    return ttl(named).end(now, wish.ttl());
  }

  /**
   * When an instance expires. Use puts off the end of one that a name leads to and for which no
   * time was wished.
   */
  public Expiry expiry(InstanceRecord instance, boolean named) {
    boolean slides = named && instance.lifetime().ttl().isEmpty();
    return new Expiry(
        instance.expiresAt(),
        slides ? Optional.of(ttl(true).granted(Optional.empty())) : Optional.empty());
  }

  /** When an instance expires, as far as is known now. */
  public Optional<Instant> expiresAt(InstanceRecord instance, boolean named) {
    return expiry(instance, named).at(lastUse(instance));
  }

  /** When a client last used it; the registry learns of use now and then only. */
  public Instant lastUse(InstanceRecord instance) {
    return uses.of(instance.id())
        .map(InstanceUse::lastActivity)
        .filter(instance.lastUsedAt()::isBefore)
        .orElse(instance.lastUsedAt());
  }

  /** The idle timeout that counts; zero where the instance is never stopped. */
  public Duration idleTimeout(InstanceRecord instance) {
    Optional<Duration> wish = instance.lifetime().idleTimeout();
    return wish.isEmpty() && !wakes.getAsBoolean() ? Duration.ZERO : idle().granted(wish);
  }

  /** When an instance will be stopped if nothing happens; empty if it will not. */
  public Optional<Instant> idleAt(InstanceRecord instance, Instant now) {
    int sessions = uses.of(instance.id()).map(InstanceUse::sessions).orElse(0);
    return idleAt(instance, new Usage(sessions, lastUse(instance)), now);
  }

  /** The same for what the server itself says, too. */
  Optional<Instant> idleAt(InstanceRecord instance, ClientSessions.Summary said, Instant now) {
    int sessions = uses.of(instance.id()).map(InstanceUse::sessions).orElse(0);
    Instant last = lastUse(instance);
    Instant direct = said.lastDirectUse().filter(last::isBefore).orElse(last);
    return idleAt(instance, new Usage(Math.max(sessions, said.sessions()), direct), now);
  }

  private Optional<Instant> idleAt(InstanceRecord instance, Usage usage, Instant now) {
    if (instance.status() != InstanceStatus.RUNNING) {
      return Optional.empty();
    }
    Duration sessionsCount = config.time(ConfigKey.INSTANCE_SESSION_IDLE_TIMEOUT);
    return new IdlePolicy(idleTimeout(instance), sessionsCount).idleAt(usage, now);
  }

  private TimeLimit ttl(boolean named) {
    return new TimeLimit(
        config.time(named ? ConfigKey.INSTANCE_NAMED_TTL : ConfigKey.INSTANCE_TTL),
        config.time(ConfigKey.INSTANCE_MAX_TTL));
  }

  private TimeLimit idle() {
    return new TimeLimit(
        config.time(ConfigKey.INSTANCE_IDLE_TIMEOUT),
        config.time(ConfigKey.INSTANCE_MAX_IDLE_TIMEOUT));
  }
}
