package io.taidon.engine.job;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.EventStream;
import io.taidon.engine.JobView;
import io.taidon.engine.JobView.PrepareResult;
import io.taidon.engine.PrepareRequest;
import io.taidon.engine.build.EngineContext;
import io.taidon.engine.build.StateBuilder;
import io.taidon.engine.build.StateVault;
import io.taidon.engine.cache.CacheKeeper;
import io.taidon.engine.config.ConfigKey;
import io.taidon.engine.config.ConfigStore;
import io.taidon.engine.fault.FaultPoint;
import io.taidon.engine.instance.InstanceDsns;
import io.taidon.engine.instance.InstanceDsns.Dsns;
import io.taidon.engine.instance.Instances;
import io.taidon.engine.instance.Lifetimes;
import io.taidon.engine.store.InstanceId;
import io.taidon.engine.store.InstanceName;
import io.taidon.engine.store.JobFilter;
import io.taidon.engine.store.JobId;
import io.taidon.engine.store.JobRecord;
import io.taidon.engine.store.JobRetention;
import io.taidon.engine.store.SessionId;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The jobs of one engine: accepts them, runs each on a virtual thread, cancels, lists, forgets.
 * Thread-safe.
 */
public final class Jobs {
  private static final System.Logger LOG = System.getLogger(Jobs.class.getName());

  /** A client that lost its connection may come back for the result within this time. */
  private static final Duration RETENTION_GRACE = Duration.ofMinutes(10);

  private final EngineContext engine;
  private final ConfigStore config;
  private final PlanMaker plans;
  private final StateVault vault;
  private final StateBuilder builder;
  private final CacheKeeper cache;
  private final Instances instances;
  private final Lifetimes lifetimes;
  private final InstanceDsns dsns;
  private final Explanations explanations;
  private final NameBinding names;
  private final JobRetention retention;
  private final JobSignals signals = new JobSignals();
  private final ConcurrentHashMap<JobId, Thread> running = new ConcurrentHashMap<>();

  public Jobs(
      EngineContext engine,
      ConfigStore config,
      PlanMaker plans,
      StateVault vault,
      StateBuilder builder,
      CacheKeeper cache,
      Instances instances,
      Lifetimes lifetimes,
      InstanceDsns dsns,
      Explanations explanations) {
    this.engine = engine;
    this.config = config;
    this.plans = plans;
    this.vault = vault;
    this.builder = builder;
    this.cache = cache;
    this.instances = instances;
    this.lifetimes = lifetimes;
    this.dsns = dsns;
    this.explanations = explanations;
    this.names = new NameBinding(engine.registry());
    this.retention = new JobRetention(engine.layout(), engine.registry());
  }

  /** Stores a job, then starts it. */
  public JobView submit(PrepareRequest request) {
    request.name().ifPresent(InstanceName::new);
    lifetimes.requireAllowed(request.lifetime());
    writeEnds();
    JobId id = JobId.random();
    JobRecord record =
        JobRecord.queued(
            id,
            request.kind().wireName(),
            JobJson.write(StoredRequest.of(request)),
            request.planOnly(),
            engine.session().id(),
            engine.clock().instant());
    store(record);
    FaultPoint.JOB_STORED.reached();
    JobJournal journal = new JobJournal(engine.registry(), signals, engine.clock(), id);
    PrepareJob job =
        new PrepareJob(
            id,
            request,
            journal,
            plans,
            vault,
            builder,
            cache,
            instances,
            names,
            engine.clock(),
            engine.health(),
            explanations);
    Thread thread =
        Thread.ofVirtual()
            .name("job-" + id)
            .unstarted(() -> {
              try {
                job.run();
              } finally {
                running.remove(id);
                retireQuietly();
              }
            });
    running.put(id, thread);
    thread.start();
    return JobViews.job(record, List.of(), Dsns.NONE);
  }

  private void store(JobRecord record) {
    try {
      engine.registry().jobs().insert(record, List.of());
    } catch (TaidonException failure) {
      if (failure.code() != ErrorCode.DISK_FULL) {
        throw failure;
      }
      makeRoom(failure);
      engine.registry().jobs().insert(record, List.of());
    }
  }

  /** Where no byte is left to note a job, what would make room for it could not run. */
  private void makeRoom(TaidonException diskFull) {
    try {
      cache.beforeSteps();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw diskFull;
    }
  }

  /** What a store that works again can still be told: how jobs ended while it did not. */
  private void writeEnds() {
    for (JobId id : signals.unwrittenEnds()) {
      signals
          .unwrittenEnd(id)
          .ifPresent(
              end -> new JobJournal(engine.registry(), signals, engine.clock(), id).failed(end));
    }
  }

  private void retireQuietly() {
    try {
      retire();
    } catch (TaidonException e) {
      LOG.log(Level.DEBUG, "old jobs stay until the next one ends: {0}", e.sentence());
    }
  }

  /** Old jobs of the same request go when a new one is over; what they made stays. */
  private void retire() {
    int keep = config.effective(ConfigKey.IDENTICAL_JOBS).intValue();
    if (keep > 0) {
      retention
          .apply(keep, engine.clock().instant().minus(RETENTION_GRACE))
          .forEach(signals::forget);
    }
  }

  /** Removes the jobs that are too many, too old or too large; for now and then. */
  public void retireAll() {
    JobRetention.Limits limits =
        new JobRetention.Limits(
            config.effective(ConfigKey.IDENTICAL_JOBS).intValue(),
            config.effective(ConfigKey.JOBS_MOST).intValue(),
            config.time(ConfigKey.JOBS_AGE),
            config.effective(ConfigKey.JOBS_BYTES).longValue(),
            RETENTION_GRACE);
    retention.apply(limits, engine.clock().instant()).forEach(signals::forget);
  }

  /** Interrupts a job; {@code false} if it was over. It ends by itself soon after. */
  public boolean cancel(JobId id) {
    Thread thread = running.get(id);
    if (thread == null) {
      return false;
    }
    thread.interrupt();
    return true;
  }

  /** Waits until a job is over. */
  public void await(JobId id) throws InterruptedException {
    Thread thread = running.get(id);
    if (thread != null) {
      thread.join();
    }
  }

  public boolean isRunning(JobId id) {
    return running.containsKey(id);
  }

  public int runningCount() {
    return running.size();
  }

  /** Cancels all jobs and waits for their ends. */
  public void cancelAll() {
    running.values().forEach(Thread::interrupt);
    boolean interrupted = false;
    for (Thread thread : running.values()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the jobs of an engine that died. */
  public void failInterrupted(SessionId dead) {
    for (JobRecord job : engine.registry().jobs().list(JobFilter.ofSession(dead))) {
      if (!job.status().isTerminal()) {
        new JobJournal(engine.registry(), signals, engine.clock(), job.id()).engineDied();
      }
    }
  }

  public JobView view(JobId id) {
    JobRecord job = record(id);
    return JobViews.job(job, engine.registry().jobs().tasks(id), dsns(JobViews.result(job)));
  }

  public List<JobView> list(JobFilter filter) {
    return engine.registry().jobs().list(filter).stream()
        .map(this::withEnd)
        .map(j -> JobViews.job(j, engine.registry().jobs().tasks(j.id()), Dsns.NONE))
        .toList();
  }

  public EventStream events(JobId id, long fromSeq) {
    record(id);
    return new StoredEvents(engine.registry(), signals, id, fromSeq, this::dsns);
  }

  public void forget(JobId id) {
    retention.remove(id);
    signals.forget(id);
  }

  /** The ways to a result's instance, if that is still there. */
  private Dsns dsns(Optional<PrepareResult> result) {
    return result
        .flatMap(PrepareResult::instanceId)
        .map(InstanceId::new)
        .flatMap(engine.registry().instances()::find)
        .map(dsns::of)
        .orElse(Dsns.NONE);
  }

  private JobRecord withEnd(JobRecord job) {
    return signals
        .unwrittenEnd(job.id())
        .map(end -> job.failed(engine.clock().instant(), JobJson.write(JobJournal.errorView(end))))
        .orElse(job);
  }

  private JobRecord record(JobId id) {
    return engine
        .registry()
        .jobs()
        .find(id)
        .map(this::withEnd)
        .orElseThrow(() -> TaidonException.of(ErrorCode.NOT_FOUND, "There is no job " + id + "."));
  }
}
