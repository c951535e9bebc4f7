package io.taidon.engine.local;

import com.fasterxml.jackson.databind.JsonNode;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import io.taidon.engine.CacheView;
import io.taidon.engine.DeleteResult;
import io.taidon.engine.Engine;
import io.taidon.engine.Entrance;
import io.taidon.engine.EventStream;
import io.taidon.engine.ExplainView;
import io.taidon.engine.InstanceAccess;
import io.taidon.engine.InstanceView;
import io.taidon.engine.JobView;
import io.taidon.engine.Lifetime;
import io.taidon.engine.ListFilter;
import io.taidon.engine.NameView;
import io.taidon.engine.PrepareRequest;
import io.taidon.engine.RunRequest;
import io.taidon.engine.StateView;
import io.taidon.engine.StatusView;
import io.taidon.engine.config.ConfigStore;
import io.taidon.engine.instance.Clocks;
import io.taidon.engine.store.IdPrefix;
import io.taidon.engine.store.InstanceFilter;
import io.taidon.engine.store.InstanceId;
import io.taidon.engine.store.JobFilter;
import io.taidon.engine.store.StateFilter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Gatherers;

/**
 * The engine on one machine: a store, native PostgreSQL servers, and no host's framework.
 * Everything is wired in {@link LocalParts}; this class only answers.
 */
public final class LocalEngine implements Engine {
  /** How many servers a list of instances asks at the same time. */
  private static final int COUNTED_AT_ONCE = 8;

  private final LocalParts parts;
  private final References references;
  private final Views views;
  private final Deletions deletions;
  private final LocalAccess access;
  private final AtomicBoolean closed = new AtomicBoolean();

  private LocalEngine(LocalParts parts) {
    this.parts = parts;
    this.references = new References(parts.engine().registry());
    this.views = new Views(parts.engine(), parts.instances(), parts.dsns(), parts.lifetimes());
    this.access = new LocalAccess(parts, references);
    this.deletions = new Deletions(parts.engine(), parts.vault(), parts.instances(), parts.jobs());
  }

  /** Opens the store, after clearing what a dead engine left in it. */
  public static LocalEngine open(EngineSettings settings) {
    return open(settings, Clocks.SYSTEM);
  }

  static LocalEngine open(EngineSettings settings, Clocks clocks) {
    return new LocalEngine(LocalParts.open(settings, clocks));
  }

  LocalParts parts() {
    return parts;
  }

  @Override
  public JobView submit(PrepareRequest request) {
    return explained(() -> parts.jobs().submit(request));
  }

  @Override
  public ExplainView explain(PrepareRequest request) {
    return explained(() -> {
      try {
        return parts.explanations().explain(request);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    });
  }

  @Override
  public List<JobView> jobs(ListFilter filter) {
    return parts
        .jobs()
        .list(
            new JobFilter(
                filter.job().map(IdPrefix::new),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
  }

  @Override
  public JobView job(String jobRef) {
    return parts.jobs().view(references.job(jobRef));
  }

  @Override
  public boolean cancel(String jobRef) {
    return parts.jobs().cancel(references.job(jobRef));
  }

  @Override
  public DeleteResult deleteJob(String jobRef, boolean force, boolean dryRun) {
    return explained(() -> deletions.job(references.job(jobRef), force, dryRun));
  }

  @Override
  public EventStream events(String jobRef, long fromSeq) {
    return parts.jobs().events(references.job(jobRef), fromSeq);
  }

  @Override
  public List<InstanceView> instances(ListFilter filter) {
    InstanceFilter wanted =
        new InstanceFilter(
            filter.idPrefix().or(filter::instance).map(IdPrefix::new),
            filter.stateId().map(references::state),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    return parts.engine().registry().instances().list(wanted).stream()
        .gather(Gatherers.mapConcurrent(COUNTED_AT_ONCE, i -> views.instance(i, false)))
        .toList();
  }

  @Override
  public InstanceView instance(String instanceRef) {
    return views.instance(parts.instances().record(references.instance(instanceRef)), true);
  }

  @Override
  public InstanceView startInstance(String instanceRef) {
    return change(
        instanceRef,
        id -> {
          parts.engine().registry().instances().touch(id);
          return views.instance(parts.instances().ensureRunning(id), true);
        });
  }

  @Override
  public InstanceView stopInstance(String instanceRef) {
    return change(instanceRef, id -> views.instance(parts.instances().stop(id), false));
  }

  @Override
  public InstanceView extendInstance(String instanceRef, Optional<Duration> ttl) {
    Lifetime wish = new Lifetime(ttl, Optional.empty());
    return change(instanceRef, id -> views.instance(parts.instances().extend(id, wish), false));
  }

  @Override
  public DeleteResult deleteInstance(String instanceRef, boolean force, boolean dryRun) {
    return explained(() -> deletions.instance(references.instance(instanceRef), force, dryRun));
  }

  @Override
  public List<StateView> states(ListFilter filter) {
    Map<StateId, Long> own = parts.engine().registry().cache().ownBytes();
    Map<StateId, Integer> counts = parts.engine().registry().instances().countByState();
    StateFilter wanted =
        new StateFilter(
            filter.idPrefix().or(filter::stateId).map(IdPrefix::new),
            Optional.empty(),
            Optional.empty());
    return parts.engine().registry().states().list(wanted).stream()
        .map(s ->
            views.state(s, Optional.ofNullable(own.get(s.id())), counts.getOrDefault(s.id(), 0)))
        .toList();
  }

  @Override
  public StateView state(String stateRef) {
    StateId id = references.state(stateRef);
    return views.state(
        parts.vault().record(id),
        parts.engine().registry().cache().ownBytes(id),
        parts.engine().registry().states().referenceCount(id));
  }

  @Override
  public DeleteResult deleteState(String stateRef, boolean recurse, boolean force, boolean dryRun) {
    return explained(() -> deletions.state(references.state(stateRef), recurse, force, dryRun));
  }

  @Override
  public List<NameView> names(ListFilter filter) {
    return parts.engine().registry().names().list().stream()
        .map(Views::name)
        .filter(n ->
            filter.instance().isEmpty()
                || n.instanceId().orElse("").startsWith(filter.instance().get()))
        .filter(n -> filter.stateId().isEmpty() || n.stateId().startsWith(filter.stateId().get()))
        .toList();
  }

  @Override
  public NameView name(String name) {
    return Views.name(references.name(name));
  }

  @Override
  public DeleteResult deleteName(String name, boolean dryRun) {
    references.name(name);
    return deletions.name(
        name, dryRun, () -> parts.engine().registry().names().remove(references.name(name).name()));
  }

  @Override
  public int run(RunRequest request, RunRequest.Output output) throws InterruptedException {
    return parts.runs().run(references.instance(request.instanceRef()), request, output);
  }

  @Override
  public StatusView status() {
    return explained(parts::status);
  }

  @Override
  public CacheView cache() {
    return explained(parts.cache().desk()::view);
  }

  @Override
  public List<CacheView.Run> evictions(int limit) {
    return explained(() -> parts.cache().desk().log(limit));
  }

  @Override
  public List<CacheView.StateDetails> cacheDetails() {
    return explained(parts.cache().desk()::details);
  }

  @Override
  public CacheView.Evicted evict(OptionalLong toBytes, boolean dryRun) {
    return explained(() -> {
      try {
        return parts.cache().desk().evict(toBytes, dryRun);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    });
  }

  @Override
  public boolean pinState(String stateRef, boolean pinned) {
    return explained(() -> parts.cache().desk().pin(references.state(stateRef), pinned));
  }

  @Override
  public InstanceAccess access() {
    return access;
  }

  @Override
  public void entrance(Entrance entrance) {
    parts.dsns().entrance(entrance);
  }

  @Override
  public boolean isBusy() {
    return parts.jobs().runningCount() > 0
        || parts.runs().runningCount() > 0
        || !parts.instances().running().isEmpty()
        || sleepersAreWaitedFor();
  }

  /** Clients of those that sleep expect to find the gateway. */
  private boolean sleepersAreWaitedFor() {
    return parts.dsns().entrance() instanceof Entrance.Open
        && parts.engine().registry().instances().anyAsleep();
  }

  @Override
  public Optional<JsonNode> config(String path, boolean effective) {
    return parts.config().get(path, effective);
  }

  @Override
  public void setConfig(String path, JsonNode value) {
    parts.config().set(path, value);
  }

  @Override
  public boolean removeConfig(String path) {
    return parts.config().remove(path);
  }

  @Override
  public JsonNode configSchema() {
    return ConfigStore.schema();
  }

  @Override
  public void shutdown(boolean keepInstances) {
    if (closed.compareAndSet(false, true)) {
      parts.close(keepInstances);
    }
  }

  @Override
  public void close() {
    shutdown(true);
  }

  private InstanceView change(String instanceRef, InstanceChange change) {
    return explained(() -> {
      try {
        return change.apply(references.instance(instanceRef));
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    });
  }

  private static TaidonException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return TaidonException.of(ErrorCode.CANCELLED, "The request was interrupted.", e);
  }

  /** Says of a failure that the store is behind it, where it is. */
  private <T> T explained(Supplier<T> work) {
    try {
      return work.get();
    } catch (TaidonException e) {
      throw parts.engine().health().explain(e);
    } catch (UncheckedIOException e) {
      throw parts.engine().health().cause().<RuntimeException>map(c -> c).orElse(e);
    }
  }

  /** Something done to an instance that waits. */
  private interface InstanceChange {
    InstanceView apply(InstanceId id) throws InterruptedException;
  }
}
