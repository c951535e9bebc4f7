package io.taidon.engine.local;

import io.taidon.core.error.TaidonException;
import io.taidon.engine.build.BackgroundThread;
import io.taidon.engine.build.EngineContext;
import io.taidon.engine.config.ConfigKey;
import io.taidon.engine.config.ConfigStore;
import io.taidon.engine.instance.Instances;
import io.taidon.engine.job.Jobs;
import io.taidon.engine.store.InstanceId;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;

/**
 * Keeps what grows by itself within its limits: jobs, and the logs of this server and of those of
 * the instances. Looks every few minutes; touches neither states nor instances.
 */
final class Housekeeping implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Housekeeping.class.getName());
  private static final Duration PAUSE = Duration.ofMinutes(5);

  private final EngineContext engine;
  private final ConfigStore config;
  private final Jobs jobs;
  private final Instances instances;
  private final BackgroundThread thread;

  Housekeeping(EngineContext engine, ConfigStore config, Jobs jobs, Instances instances) {
    this.engine = engine;
    this.config = config;
    this.jobs = jobs;
    this.instances = instances;
    this.thread =
        new BackgroundThread(
            "housekeeping",
            () -> {
              tidy();
              return PAUSE;
            });
  }

  void start() {
    thread.start();
  }

  /** Looks at everything once. */
  void tidy() {
    try {
      jobs.retireAll();
      logsOfInstances();
      logOfServer();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "old jobs and logs stay for now: {0}", e.getMessage());
    } catch (TaidonException e) {
      LOG.log(Level.WARNING, "old jobs and logs stay for now: {0}", e.sentence());
    }
  }

  private void logsOfInstances() throws IOException {
    long most = config.effective(ConfigKey.INSTANCE_LOG_BYTES).longValue();
    for (InstanceId id : instances.running()) {
      new RotatedLog(instances.logFile(id), 1).limit(most);
    }
  }

  private void logOfServer() throws IOException {
    int older = config.effective(ConfigKey.SERVER_LOG_FILES).intValue();
    RotatedLog log = new RotatedLog(engine.layout().root().resolve("run/server.log"), older);
    log.limit(config.effective(ConfigKey.SERVER_LOG_BYTES).longValue());
    Duration age = config.time(ConfigKey.SERVER_LOG_AGE);
    log.retire(age.isZero() ? Instant.MIN : engine.clock().instant().minus(age));
  }

  @Override
  public void close() {
    thread.close();
  }
}
