package io.taidon.engine.bench;

import io.taidon.core.cache.simulation.RecordedTrace;
import io.taidon.engine.StateView;
import io.taidon.engine.bench.EngineUnderTest.Attempt;
import io.taidon.engine.bench.MigrationHistory.Commit;
import io.taidon.engine.bench.MigrationHistory.Migration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Replays the history of a repository's migrations with a real engine, as if its CI asked once for
 * each commit, and writes what the engine measured as a trace for the eviction policy's simulation.
 * {@code scripts/record-trace} says what its arguments are.
 */
final class TraceRecorder {
  private static final int REPORT_EVERY = 50;
  private static final Optional<Path> POSTGRES_HOME =
      Optional.ofNullable(System.getProperty("taidon.postgres.home"))
          .filter(home -> !home.isEmpty())
          .map(Path::of);

  private final MigrationHistory history;
  private final EngineUnderTest engine;
  private final Path workspace;
  private final MigrationHistory.Checkout checkout;

  /** How each tree of migrations ended. */
  private final Map<String, Attempt> ends = new LinkedHashMap<>();

  private final Map<List<String>, Attempt> endsByFiles = new HashMap<>();

  private TraceRecorder(MigrationHistory history, EngineUnderTest engine, Path workspace) {
    this.history = history;
    this.engine = engine;
    this.workspace = workspace;
    this.checkout = history.new Checkout(workspace);
  }

  public static void main(String[] arguments) throws Exception {
    Path file = Path.of(arguments[3]);
    List<String> selection =
        arguments.length == 4 ? List.of("HEAD") : List.of(arguments).subList(4, arguments.length);
    MigrationHistory history =
        new MigrationHistory(Path.of(arguments[0]), arguments[1], arguments[2]);
    Path workspace = Files.createTempDirectory("trace-workspace");
    try (EngineUnderTest engine =
        EngineUnderTest.open(Path.of(System.getProperty("taidon.store")), "auto")) {
      TraceRecorder recorder = new TraceRecorder(history, engine, workspace);
      List<Commit> commits = history.commits(selection);
      recorder.buildAll(commits);
      recorder.trace(name(file), commits, selection).write(file);
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString().replaceFirst("\\.trace(\\.gz)?$", "");
  }

  /** A commit with the migrations of an earlier one would be a hit, so each tree is built once. */
  private void buildAll(List<Commit> commits) throws IOException, InterruptedException {
    List<String> trees =
        commits.stream().flatMap(commit -> commit.tree().stream()).distinct().toList();
    for (String tree : trees) {
      ends.put(tree, end(tree));
      if (ends.size() % REPORT_EVERY == 0) {
        System.err.println(ends.size() + " of " + trees.size());
      }
    }
  }

  private Attempt end(String tree) throws IOException, InterruptedException {
    List<String> files = new ArrayList<>();
    for (Migration migration : history.migrations(tree)) {
      files.add(checkout.fileOf(migration));
    }
    Attempt known = endsByFiles.get(files);
    if (known == null) {
      known = files.isEmpty() ? new Attempt.Failed("it has no migrations") : build(files);
      endsByFiles.put(files, known);
    }
    return known;
  }

  private Attempt build(List<String> files) throws InterruptedException {
    List<String> arguments = new ArrayList<>();
    files.forEach(file -> arguments.addAll(List.of("-f", file)));
    Attempt attempt = engine.attempt(workspace, arguments, POSTGRES_HOME);
    switch (attempt) {
      case Attempt.Made made -> engine.delete(made.result());
      case Attempt.Failed failed -> System.err.println(failed.why());
    }
    return attempt;
  }

  private RecordedTrace trace(String name, List<Commit> commits, List<String> selection) {
    States states = new States(engine.measuredStates());
    List<RecordedTrace.Request> requests = new ArrayList<>();
    long begin = 0;
    for (Commit commit : commits) {
      if (commit.tree().map(ends::get).orElse(null) instanceof Attempt.Made made) {
        begin = requests.isEmpty() ? commit.epochSecond() : begin;
        requests.add(
            new RecordedTrace.Request(
                commit.epochSecond() - begin, states.shortId(made.result().stateId())));
      }
    }
    return new RecordedTrace(
        name,
        "each commit of "
            + System.getProperty("taidon.trace.of")
            + " asks once for the state after its migrations",
        notes(commits, requests.size(), selection, states),
        states.used(),
        requests);
  }

  private List<String> notes(
      List<Commit> commits, int requests, List<String> selection, States states) {
    long without = commits.stream().filter(commit -> commit.tree().isEmpty()).count();
    return List.of(
        "recorded: " + LocalDate.now(ZoneOffset.UTC) + ", " + states.madeWith(),
        "history: %s/*%s, git log %s, from %s to %s"
            .formatted(
                history.directory(),
                history.suffix(),
                String.join(" ", selection),
                day(commits.getFirst()),
                day(commits.getLast())),
        "commits: %d, of these %d without migrations and %d whose build failed are left out"
            .formatted(commits.size(), without, commits.size() - without - requests));
  }

  private static LocalDate day(Commit commit) {
    return LocalDate.ofEpochDay(commit.epochSecond() / 86_400);
  }

  /** Numbers states in the order in which they are first asked for, parents first. */
  private static final class States {
    private final Map<String, StateView> built = new HashMap<>();
    private final Map<String, RecordedTrace.State> used = new LinkedHashMap<>();

    States(List<StateView> states) {
      states.forEach(state -> built.put(state.stateId(), state));
    }

    String shortId(String stateId) {
      RecordedTrace.State known = used.get(stateId);
      return known == null ? add(stateId) : known.id();
    }

    private String add(String stateId) {
      StateView state = built.get(stateId);
      if (state == null) {
        throw new IllegalStateException(
            "state " + stateId + " was evicted while others were built: the store is too small");
      }
      Optional<String> parent = state.parentStateId().map(this::shortId);
      String id = Integer.toString(used.size(), Character.MAX_RADIX);
      used.put(
          stateId,
          new RecordedTrace.State(id, parent, state.buildMillis(), state.ownBytes().orElseThrow()));
      return id;
    }

    String madeWith() {
      return used.keySet().stream()
          .map(built::get)
          .map(state -> "PostgreSQL " + state.postgresVersion() + ", " + state.backend())
          .distinct()
          .collect(Collectors.joining("; "));
    }

    List<RecordedTrace.State> used() {
      return List.copyOf(used.values());
    }
  }
}
