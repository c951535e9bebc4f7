package io.taidon.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.taidon.core.error.TaidonException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a host (the HTTP server, a test, later the runner) can ask of an engine. All calls block,
 * are thread-safe, and fail with {@link TaidonException}.
 */
public interface Engine extends AutoCloseable {

  /** Stores and starts a job. It goes on whether or not anybody watches. */
  JobView submit(PrepareRequest request);

  /** Says why a request would hit the cache or miss it, and runs nothing of it. */
  ExplainView explain(PrepareRequest request);

  List<JobView> jobs(ListFilter filter);

  /** One job by id or unambiguous prefix, its result with the DSN. */
  JobView job(String jobRef);

  /** Asks a job to stop; {@code false} if it was over already. */
  boolean cancel(String jobRef);

  /**
   * Forgets a job that is over; with {@code force} cancels one that runs first. Never touches its
   * instance.
   */
  DeleteResult deleteJob(String jobRef, boolean force, boolean dryRun);

  /** The events of a job from {@code fromSeq} (1 is the first) on. */
  EventStream events(String jobRef, long fromSeq);

  List<InstanceView> instances(ListFilter filter);

  /** One instance by id, unambiguous prefix or name, with its DSN. */
  InstanceView instance(String instanceRef);

  /** Starts a stopped or crashed instance, on the port it had; does nothing to one that runs. */
  InstanceView startInstance(String instanceRef);

  /** Stops an instance; its data stays. */
  InstanceView stopInstance(String instanceRef);

  /**
   * Lets an instance live on for a time from now; never brings its end nearer.
   *
   * @param ttl zero for as long as the configuration allows; absent for what was wished when it was
   *     made, or the default
   */
  InstanceView extendInstance(String instanceRef, Optional<Duration> ttl);

  DeleteResult deleteInstance(String instanceRef, boolean force, boolean dryRun);

  List<StateView> states(ListFilter filter);

  StateView state(String stateRef);

  DeleteResult deleteState(String stateRef, boolean recurse, boolean force, boolean dryRun);

  List<NameView> names(ListFilter filter);

  NameView name(String name);

  /** Forgets a name; the instance stays. */
  DeleteResult deleteName(String name, boolean dryRun);

  /**
   * Runs a client tool against an instance, starting the instance if need be, and streams what it
   * writes.
   *
   * @return the tool's own exit code
   * @throws InterruptedException when the caller was interrupted; the tool is gone then
   */
  int run(RunRequest request, RunRequest.Output output) throws InterruptedException;

  StatusView status();

  /** How the cache of states is, and why. */
  CacheView cache();

  /** The newest passes of evictions, the newest first. */
  List<CacheView.Run> evictions(int limit);

  /** What each state is to the cache. */
  List<CacheView.StateDetails> cacheDetails();

  /**
   * Evicts states until all together take no more than {@code toBytes}; without it all that may go.
   */
  CacheView.Evicted evict(OptionalLong toBytes, boolean dryRun);

  /** Keeps a state from being evicted, or no longer; {@code false} if that was so already. */
  boolean pinState(String stateRef, boolean pinned);

  /** How a gateway on this machine gets at instances. */
  InstanceAccess access();

  /** Says where the host's gateway is, so that DSNs lead through it from now on. */
  void entrance(Entrance entrance);

  /**
   * Whether something would be lost or missed if the host went away now: a job, a run, a running
   * instance, or one that was stopped because it was idle and that a connection is to wake.
   */
  boolean isBusy();

  /**
   * A configuration value; the whole document for an empty path; with {@code effective} defaults
   * are filled in.
   */
  Optional<JsonNode> config(String path, boolean effective);

  /** Sets and stores a configuration value after validating it. */
  void setConfig(String path, JsonNode value);

  /** Removes a configuration value; {@code false} if it was not set. */
  boolean removeConfig(String path);

  /** The JSON Schema (2020-12) of the configuration. */
  JsonNode configSchema();

  /**
   * Stops all jobs, and all instances unless {@code keepInstances}; those are adopted by the next
   * engine on this store.
   */
  void shutdown(boolean keepInstances);

  /** Same as {@code shutdown(true)}. */
  @Override
  void close();
}
