package io.taidon.engine.local;

import io.taidon.core.state.StateId;
import io.taidon.engine.InstanceView;
import io.taidon.engine.NameView;
import io.taidon.engine.StateView;
import io.taidon.engine.build.EngineContext;
import io.taidon.engine.instance.InstanceDsns;
import io.taidon.engine.instance.InstanceDsns.Dsns;
import io.taidon.engine.instance.Instances;
import io.taidon.engine.instance.Lifetimes;
import io.taidon.engine.store.InstanceRecord;
import io.taidon.engine.store.NameRecord;
import io.taidon.engine.store.NameStatus;
import io.taidon.engine.store.StateRecord;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Turns what the registry keeps into what hosts see. */
record Views(EngineContext engine, Instances instances, InstanceDsns dsns, Lifetimes lifetimes) {

  /** A list must not wait for a server that hangs. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /**
   * @param withSecret whether the DSN, which holds the password, is wanted
   */
  InstanceView instance(InstanceRecord i, boolean withSecret) {
    Dsns ways = withSecret ? dsns.of(i) : Dsns.NONE;
    List<String> names =
        engine.registry().names().ofInstance(i.id()).stream().map(n -> n.name().text()).toList();
    return new InstanceView(
        i.id().hex(),
        i.state().hex(),
        i.status().wireName(),
        names,
        i.serverVersion(),
        i.backend(),
        i.durable(),
        i.port().isPresent() ? Optional.of(i.port().getAsInt()) : Optional.empty(),
        i.pid().isPresent() ? Optional.of(i.pid().getAsLong()) : Optional.empty(),
        instances.connections(i.id(), PATIENCE),
        i.createdAt(),
        Optional.of(lifetimes.lastUse(i)),
        lifetimes.expiresAt(i, !names.isEmpty()),
        lifetimes.idleTimeout(i).toMillis(),
        lifetimes.idleAt(i, engine.clock().instant()),
        i.asleep(),
        instances.logFile(i.id()).toString(),
        ways.preferred(),
        ways.direct(),
        i.timeline().millis());
  }

  StateView state(StateRecord s, Optional<Long> ownBytes, int refcount) {
    return new StateView(
        s.id().hex(),
        s.parent().map(StateId::hex),
        s.kind().wireName(),
        s.label(),
        s.argsNormalized(),
        s.engine().version(),
        s.backend(),
        s.createdAt(),
        s.sizeBytes(),
        ownBytes,
        s.buildMillis(),
        Optional.of(s.lastUsedAt()),
        s.useCount(),
        refcount);
  }

  static NameView name(NameRecord n) {
    return new NameView(
        n.name().text(),
        n.status() == NameStatus.MISSING ? Optional.empty() : Optional.of(n.instance().hex()),
        n.state().hex(),
        n.status().wireName(),
        Optional.of(n.lastUsedAt()));
  }
}
