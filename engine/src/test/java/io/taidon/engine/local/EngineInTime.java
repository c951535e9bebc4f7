package io.taidon.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.taidon.core.plan.StepKind;
import io.taidon.engine.Entrance;
import io.taidon.engine.InstanceView;
import io.taidon.engine.JobStatus;
import io.taidon.engine.JobView;
import io.taidon.engine.Lifetime;
import io.taidon.engine.ListFilter;
import io.taidon.engine.PrepareRequest;
import io.taidon.engine.PrepareRequest.NamePolicy;
import io.taidon.engine.instance.Clocks;
import io.taidon.engine.liquibase.WorkerCommand;
import io.taidon.engine.postgres.TestClusters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** An engine over real PostgreSQL with clocks that a test sets. */
final class EngineInTime implements AutoCloseable {
  private final Path directory;
  private final Path workspace;
  private final TestClocks clocks = new TestClocks();
  private LocalEngine engine;

  /** One with a store of its own below {@code directory}. */
  EngineInTime(Path directory) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    this.directory = directory;
    this.workspace = Files.createDirectory(directory.resolve("workspace"));
    this.engine = open();
  }

  private LocalEngine open() {
    LocalEngine opened =
        LocalEngine.open(
            new EngineSettings(
                store(),
                List.of(),
                Optional.of("copy"),
                WorkerCommand.ofThisProcess(),
                Optional.empty()),
            clocks.both());
    opened.entrance(new Entrance.Open("127.0.0.1", 1));
    return opened;
  }

  LocalEngine engine() {
    return engine;
  }

  TestClocks clocks() {
    return clocks;
  }

  Path store() {
    return directory.resolve("store");
  }

  /** Ends the engine and opens another one when this time has passed. */
  void openAgainAfter(Duration time) {
    engine.shutdown(false);
    clocks.pass(time);
    engine = open();
  }

  /** Deletes all instances and undoes what tests set. */
  void clear() {
    for (InstanceView instance : engine.instances(ListFilter.ALL)) {
      assertThat(engine.deleteInstance(instance.instanceId(), true, false).outcome())
          .isEqualTo("deleted");
    }
    boolean unused = engine.removeConfig("instances.maxIdleTimeout");
    engine.entrance(new Entrance.Open("127.0.0.1", 1));
    // Past the grace of a jump, if the test made one.
    clocks.pass(Duration.ofHours(1));
    look();
  }

  @Override
  public void close() {
    engine.shutdown(false);
  }

  /** Generous, because machines may be busy. */
  static ConditionFactory awaiting() {
    return Awaitility.await().atMost(Duration.ofMinutes(2));
  }

  /** Lets the engine do what is due by now. */
  void look() {
    Duration unused = engine.parts().lifetimeWatch().look();
  }

  /** A server that is too busy to say that it is not used is asked again a minute later. */
  void awaitAsleep(String id) {
    awaiting()
        .until(() -> {
          boolean asleep = engine.instance(id).asleep();
          if (!asleep) {
            clocks.pass(Duration.ofMinutes(1));
            look();
          }
          return asleep;
        });
    assertThat(engine.instance(id).status()).isEqualTo("stopped");
  }

  /** When it will be deleted. */
  Instant end(String id) {
    return engine.instance(id).expiresAt().orElseThrow();
  }

  /** What is in the file that the registry would be rebuilt from. */
  Instant written(String id) {
    try {
      Path sidecar = store().resolve("instances").resolve(id).resolve("instance.json");
      return Instant.parse(
          new ObjectMapper().readTree(sidecar.toFile()).get("expires_at").textValue());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes an instance and gives its id. */
  String prepare(Optional<String> name, NamePolicy policy, Lifetime lifetime) {
    JobView job = engine.submit(request(name, policy, lifetime));
    Awaitility.await()
        .atMost(Duration.ofMinutes(5))
        .until(() -> engine.job(job.jobId()).status().isTerminal());
    JobView done = engine.job(job.jobId());
    assertThat(done.error()).isEmpty();
    assertThat(done.status()).isEqualTo(JobStatus.SUCCEEDED);
    return done.result().orElseThrow().instanceId().orElseThrow();
  }

  PrepareRequest request(Optional<String> name, NamePolicy policy, Lifetime lifetime) {
    return new PrepareRequest(
        StepKind.PSQL,
        List.of("-c", "create table t (i int)"),
        workspace,
        workspace,
        Optional.empty(),
        1,
        false,
        Optional.of(TestClusters.home(17).directory()),
        OptionalInt.empty(),
        false,
        OptionalInt.empty(),
        name,
        policy,
        lifetime);
  }

  /** Clocks that stand still until they are told. */
  static final class TestClocks {
    private volatile Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private volatile long running;

    Clocks both() {
      return new Clocks(() -> now, () -> running);
    }

    Instant now() {
      return now;
    }

    void pass(Duration time) {
      running += time.toNanos();
      now = now.plus(time);
    }

    /** Only the time of day goes on. */
    void sleepThrough(Duration time) {
      now = now.plus(time);
    }
  }
}
