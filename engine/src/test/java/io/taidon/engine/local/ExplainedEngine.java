package io.taidon.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.core.cache.EvictionReason;
import io.taidon.core.plan.StepKind;
import io.taidon.core.state.StateId;
import io.taidon.engine.EventStream;
import io.taidon.engine.ExplainView;
import io.taidon.engine.JobEvent;
import io.taidon.engine.JobView;
import io.taidon.engine.ListFilter;
import io.taidon.engine.PrepareRequest;
import io.taidon.engine.liquibase.WorkerCommand;
import io.taidon.engine.postgres.TestClusters;
import io.taidon.engine.store.Registry;
import io.taidon.engine.store.Removal;
import io.taidon.engine.store.StoreLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** An engine to ask for explanations, and workspaces in which things are built and changed. */
final class ExplainedEngine implements AutoCloseable {
  private final Path directory;
  private LocalEngine engine;

  /** One with a store of its own below {@code directory}. */
  ExplainedEngine(Path directory) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    this.directory = directory;
    this.engine = open();
  }

  private LocalEngine open() {
    return LocalEngine.open(
        new EngineSettings(
            store(),
            List.of(Path.of(System.getProperty("taidon.postgres.sets"))),
            Optional.empty(),
            WorkerCommand.ofThisProcess(),
            Optional.empty()));
  }

  Path store() {
    return directory.resolve("store");
  }

  LocalEngine engine() {
    return engine;
  }

  /** Starts it again without its registry. */
  void loseRegistry() throws IOException {
    engine.shutdown(false);
    for (String file : List.of("registry.db", "registry.db-wal", "registry.db-shm")) {
      Files.deleteIfExists(store().resolve(file));
    }
    engine = open();
  }

  @Override
  public void close() {
    engine.shutdown(false);
  }

  /** A workspace whose prefix comes from this name. */
  Workspace workspace(String name) throws IOException {
    String prefix = "r_" + name.replaceAll("[^a-z]", "_") + "_";
    return new Workspace(Files.createTempDirectory(directory, "ws"), prefix);
  }

  /** Prepares, and deletes the instance. */
  JobView build(PrepareRequest request) throws InterruptedException {
    JobView job = engine.submit(request);
    events(job.jobId());
    JobView over = engine.job(job.jobId());
    assertThat(over.error()).isEmpty();
    over.result()
        .flatMap(JobView.PrepareResult::instanceId)
        .ifPresent(id -> engine.deleteInstance(id, true, false));
    assertThat(engine.states(ListFilter.ALL)).isNotEmpty();
    return over;
  }

  List<JobEvent> events(String job) throws InterruptedException {
    List<JobEvent> all = new ArrayList<>();
    try (EventStream events = engine.events(job, 1)) {
      while (!events.isOver()) {
        events.next(Duration.ofSeconds(60)).ifPresent(all::add);
      }
    }
    return all;
  }

  /** A workspace of one row: {@code @} in names, contents and arguments is a prefix of its own. */
  final class Workspace {
    private final Path root;
    private final String prefix;
    private int major = 17;
    private Optional<String> stdin = Optional.empty();

    private Workspace(Path root, String prefix) {
      this.root = root;
      this.prefix = prefix;
    }

    String own(String text) {
      return text.replace("@", prefix);
    }

    Workspace write(String name, String content) throws IOException {
      Path file = root.resolve(own(name));
      Files.createDirectories(file.getParent());
      Files.writeString(file, own(content));
      return this;
    }

    Workspace onMajor(int other) {
      major = other;
      return this;
    }

    Workspace stdin(String text) {
      stdin = Optional.of(own(text));
      return this;
    }

    Workspace psql(String... args) throws InterruptedException {
      build(request(StepKind.PSQL, args));
      return this;
    }

    Workspace liquibase(String... args) throws InterruptedException {
      build(request(StepKind.LIQUIBASE, args));
      return this;
    }

    ExplainView askPsql(String... args) {
      return engine.explain(request(StepKind.PSQL, args));
    }

    ExplainView askLiquibase(String... args) {
      return engine.explain(request(StepKind.LIQUIBASE, args));
    }

    PrepareRequest request(StepKind kind, String... args) {
      return new PrepareRequest(
          kind,
          Stream.of(args).map(this::own).toList(),
          root,
          root,
          stdin,
          1,
          false,
          Optional.of(TestClusters.home(major).directory()),
          OptionalInt.empty(),
          false,
          OptionalInt.empty(),
          Optional.empty(),
          PrepareRequest.NamePolicy.CREATE);
    }

    /** Writes three scripts that each make a table. */
    Workspace three() throws IOException {
      return write("@a.sql", "create table @a (i int);")
          .write("@b.sql", "create table @b (i int);")
          .write("@c.sql", "create table @c (i int);");
    }

    /** What an eviction does first: the state is not offered any more, and the log says why. */
    Workspace evict(String stateId, EvictionReason why) {
      try (Registry registry = Registry.open(new StoreLayout(store()), InstantSource.system())) {
        registry.states().removeAnyway(new StateId(stateId), Removal.because(why));
      }
      return this;
    }
  }
}
