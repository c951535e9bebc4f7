package io.taidon.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.quarkus.test.Mock;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.CacheView;
import io.taidon.engine.DeleteResult;
import io.taidon.engine.Engine;
import io.taidon.engine.Entrance;
import io.taidon.engine.EventStream;
import io.taidon.engine.ExplainView;
import io.taidon.engine.InstanceAccess;
import io.taidon.engine.InstanceView;
import io.taidon.engine.JobEvent;
import io.taidon.engine.JobStatus;
import io.taidon.engine.JobView;
import io.taidon.engine.ListFilter;
import io.taidon.engine.NameView;
import io.taidon.engine.PrepareRequest;
import io.taidon.engine.RunRequest;
import io.taidon.engine.StateView;
import io.taidon.engine.StatusView;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/** An engine in memory that does what a test told it to, and notes what it was asked. */
@Mock
@Singleton
public final class TestingEngine implements Engine {

  /** What a run does. */
  @FunctionalInterface
  public interface Tool {
    int run(RunRequest request, RunRequest.Output output) throws InterruptedException;
  }

  private final Map<String, TestingJob> jobs = new ConcurrentHashMap<>();
  private final Map<String, JsonNode> config = new ConcurrentHashMap<>();
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final List<PrepareRequest> submitted = new CopyOnWriteArrayList<>();
  private volatile Tool tool = (request, output) -> 0;
  private volatile String deletionOutcome = "deleted";
  private volatile int activeJobs;
  private volatile boolean hangs;
  private volatile Optional<RuntimeException> failure = Optional.empty();

  public void reset() {
    jobs.clear();
    config.clear();
    calls.clear();
    submitted.clear();
    tool = (request, output) -> 0;
    deletionOutcome = "deleted";
    activeJobs = 0;
    failure = Optional.empty();
  }

  public TestingJob addJob(String jobId) {
    TestingJob job = new TestingJob(jobId);
    jobs.put(jobId, job);
    return job;
  }

  public void runs(Tool newTool) {
    tool = newTool;
  }

  public void deletionsEndIn(String outcome) {
    deletionOutcome = outcome;
  }

  public void hasActiveJobs(int count) {
    activeJobs = count;
  }

  /** The next calls that reach {@link #status} or {@link #instances} fail so. */
  public void failsWith(RuntimeException newFailure) {
    failure = Optional.of(newFailure);
  }

  public void hangsOnShutdown() {
    hangs = true;
  }

  public List<String> calls() {
    return List.copyOf(calls);
  }

  public PrepareRequest lastSubmitted() {
    return submitted.getLast();
  }

  @Override
  public JobView submit(PrepareRequest request) {
    submitted.add(request);
    return addJob("%032x".formatted(submitted.size())).view();
  }

  @Override
  public ExplainView explain(PrepareRequest request) {
    submitted.add(request);
    return Samples.explanation();
  }

  @Override
  public List<JobView> jobs(ListFilter filter) {
    calls.add("jobs " + filter.job().orElse("*"));
    return jobs.values().stream().map(TestingJob::view).toList();
  }

  @Override
  public JobView job(String jobRef) {
    return known(jobRef).view();
  }

  private TestingJob known(String jobRef) {
    return Optional.ofNullable(jobs.get(jobRef))
        .orElseThrow(() -> notFound("There is no job " + jobRef + "."));
  }

  private static TaidonException notFound(String sentence) {
    return TaidonException.of(ErrorCode.NOT_FOUND, sentence);
  }

  @Override
  public boolean cancel(String jobRef) {
    TestingJob job = known(jobRef);
    if (job.view().status().isTerminal()) {
      return false;
    }
    job.status(JobStatus.FAILED);
    return true;
  }

  @Override
  public DeleteResult deleteJob(String jobRef, boolean force, boolean dryRun) {
    return deletion("job", jobRef, dryRun, "force=" + force);
  }

  private DeleteResult deletion(String kind, String id, boolean dryRun, String flags) {
    calls.add("delete " + kind + " " + id + " " + flags + " dry_run=" + dryRun);
    Optional<String> blocked =
        deletionOutcome.equals("blocked") ? Optional.of("has_descendants") : Optional.empty();
    return new DeleteResult(
        dryRun,
        deletionOutcome,
        new DeleteResult.Node(kind, id, Optional.empty(), blocked, List.of(), List.of()));
  }

  @Override
  public EventStream events(String jobRef, long fromSeq) {
    return known(jobRef).events(fromSeq);
  }

  @Override
  public List<InstanceView> instances(ListFilter filter) {
    fail();
    calls.add("instances " + filter);
    return List.of(Samples.instance("a".repeat(32), "running"));
  }

  private void fail() {
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  @Override
  public InstanceView instance(String instanceRef) {
    if (instanceRef.equals("missing")) {
      throw notFound("There is no instance missing.").remedy("List them with sqlrs ls.");
    }
    return Samples.instance("a".repeat(32), "running");
  }

  @Override
  public InstanceView startInstance(String instanceRef) {
    calls.add("start " + instanceRef);
    return instance(instanceRef);
  }

  @Override
  public InstanceView stopInstance(String instanceRef) {
    calls.add("stop " + instanceRef);
    return Samples.instance("a".repeat(32), "stopped");
  }

  @Override
  public InstanceView extendInstance(String instanceRef, Optional<Duration> ttl) {
    calls.add("extend " + instanceRef + " " + ttl.map(Duration::toString).orElse("-"));
    return Samples.instance(instanceRef, "running");
  }

  @Override
  public DeleteResult deleteInstance(String instanceRef, boolean force, boolean dryRun) {
    return deletion("instance", instanceRef, dryRun, "force=" + force);
  }

  @Override
  public List<StateView> states(ListFilter filter) {
    calls.add("states " + filter.idPrefix().orElse("*"));
    return List.of(Samples.state("1".repeat(64)), Samples.state("2".repeat(64)));
  }

  @Override
  public StateView state(String stateRef) {
    return Samples.state(stateRef);
  }

  @Override
  public DeleteResult deleteState(String stateRef, boolean recurse, boolean force, boolean dryRun) {
    return deletion("state", stateRef, dryRun, "recurse=" + recurse + " force=" + force);
  }

  @Override
  public List<NameView> names(ListFilter filter) {
    return List.of(Samples.name("dev"));
  }

  @Override
  public NameView name(String name) {
    return Samples.name(name);
  }

  @Override
  public DeleteResult deleteName(String name, boolean dryRun) {
    return deletion("name", name, dryRun, "");
  }

  @Override
  public int run(RunRequest request, RunRequest.Output output) throws InterruptedException {
    return tool.run(request, output);
  }

  @Override
  public StatusView status() {
    fail();
    return Samples.status(activeJobs);
  }

  @Override
  public CacheView cache() {
    fail();
    return Samples.cache();
  }

  @Override
  public List<CacheView.Run> evictions(int limit) {
    fail();
    return Samples.cache().lastEviction().stream().toList();
  }

  @Override
  public List<CacheView.StateDetails> cacheDetails() {
    fail();
    return List.of(
        new CacheView.StateDetails(
            Samples.STATE, true, List.of("pin"), List.of("/w"), 400, Optional.empty()));
  }

  @Override
  public CacheView.Evicted evict(OptionalLong toBytes, boolean dryRun) {
    fail();
    return new CacheView.Evicted(
        dryRun, 100, toBytes.orElse(0), 100 - toBytes.orElse(0), List.of());
  }

  @Override
  public boolean pinState(String stateRef, boolean pinned) {
    fail();
    return pinned;
  }

  /** Nobody asks: the setting gateway.port is 0 here. */
  @Override
  public InstanceAccess access() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void entrance(Entrance entrance) {}

  @Override
  public boolean isBusy() {
    return false;
  }

  @Override
  public Optional<JsonNode> config(String path, boolean effective) {
    if (path.equals("gateway.port")) {
      return Optional.of(JsonNodeFactory.instance.numberNode(0));
    }
    return effective
        ? Optional.of(JsonNodeFactory.instance.textNode("default"))
        : Optional.ofNullable(config.get(path));
  }

  @Override
  public void setConfig(String path, JsonNode value) {
    config.put(path, value);
  }

  @Override
  public boolean removeConfig(String path) {
    return config.remove(path) != null;
  }

  @Override
  public JsonNode configSchema() {
    return JsonNodeFactory.instance.objectNode().put("type", "object");
  }

  @Override
  public void shutdown(boolean keepInstances) {
    calls.add("shutdown keep=" + keepInstances);
    if (hangs) {
      LockSupport.park(this);
    }
    new ArrayList<>(jobs.values()).forEach(job -> job.status(JobStatus.FAILED));
  }

  @Override
  public void close() {
    shutdown(true);
  }

  /** An event for a job; its number is its place. */
  static JobEvent event(long seq, String type, Optional<JobStatus> status) {
    return new JobEvent(
        seq,
        Samples.NOON,
        type,
        Optional.empty(),
        status,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
