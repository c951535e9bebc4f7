package io.taidon.engine.liquibase;

import io.taidon.core.plan.StepInput;
import io.taidon.core.plan.StepKind;
import io.taidon.core.state.Digest;
import io.taidon.core.state.LiquibaseStepIdentity;
import io.taidon.core.state.StateIdentity;
import io.taidon.engine.psql.Workspace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Turns a Liquibase command line into steps. Reads the changelog with Liquibase in a worker, or, if
 * nothing has changed since, takes the manifest of last time; starts no database.
 *
 * <p>Thread-safe.
 */
public final class LiquibaseSteps {
  static final Duration READ_LIMIT = Duration.ofMinutes(2);

  /**
   * How much may be read.
   *
   * @param maxTotalBytes how much all files of one changelog may hold together
   */
  public record Limits(long maxTotalBytes) {
    /** 1 GiB. */
    public static final Limits DEFAULT = new Limits(1L << 30);
  }

  private final LiquibaseWorkers workers;
  private final ManifestCache cache;
  private final Limits limits;

  public LiquibaseSteps(LiquibaseWorkers workers, ManifestCache cache, Limits limits) {
    this.workers = workers;
    this.cache = cache;
    this.limits = limits;
  }

  /**
   * @param postgresVersion of the server that the changesets will run on, {@code 17.11}
   * @throws io.taidon.core.error.TaidonException for a changelog that is missing, malformed, too
   *     large, outside the workspace, includes itself, or does what is not allowed
   */
  public LiquibasePlan resolve(
      LiquibaseArguments arguments, Workspace workspace, String postgresVersion) {
    ChangelogLocation.Chosen chosen =
        ChangelogLocation.choose(arguments, workspace, postgresVersion);
    ChangelogRequest request = chosen.request();
    WorkspaceLook look = new WorkspaceLook(workspace.root());
    Optional<Manifest> kept = cache.find(look, request);
    Manifest manifest = kept.isPresent() ? kept.get() : read(look, request);
    List<LiquibasePlan.Stamp> stamps = stamps(look, request, manifest);
    if (kept.isEmpty() && manifest.holds(look)) {
      cache.put(look, request, manifest);
    }
    List<Digest> extensions = extensions(look, request);
    List<LiquibaseStep> steps = new ArrayList<>(manifest.changesets().size());
    for (Manifest.Changeset changeset : manifest.changesets()) {
      steps.add(step(steps.size(), changeset, request, extensions));
    }
    return new LiquibasePlan(request, workspace, manifest, steps, chosen.notes(), stamps);
  }

  /** A worker for the changesets of a plan that must run, until it is closed. */
  public LiquibaseRun run(LiquibasePlan plan) {
    return LiquibaseRun.open(workers, plan, limits);
  }

  private Manifest read(WorkspaceLook look, ChangelogRequest request) {
    try (LiquibaseWorkers.Lease lease = workers.lease(jars(look, request))) {
      WorkerReply reply =
          lease
              .process()
              .perform(
                  new WorkerTask.Open(look.root().toString(), request, limits.maxTotalBytes()),
                  READ_LIMIT,
                  ran -> {});
      return ((WorkerReply.Opened) reply).manifest();
    }
  }

  static List<Path> jars(WorkspaceLook look, ChangelogRequest request) {
    return request.extensions().stream().map(look::place).toList();
  }

  private static List<LiquibasePlan.Stamp> stamps(
      WorkspaceLook look, ChangelogRequest request, Manifest manifest) {
    List<String> paths = new ArrayList<>(request.extensions());
    manifest.inputs().stream()
        .filter(input -> input.look() == Manifest.Look.FILE)
        .forEach(input -> paths.add(input.path()));
    return LiquibasePlan.stamps(look, paths);
  }

  private static List<Digest> extensions(WorkspaceLook look, ChangelogRequest request) {
    return request.extensions().stream()
        .map(jar -> new Digest(look.digest(jar, Manifest.Look.FILE)))
        .toList();
  }

  private static LiquibaseStep step(
      int index, Manifest.Changeset changeset, ChangelogRequest request, List<Digest> extensions) {
    TreeMap<String, Digest> files = new TreeMap<>();
    changeset.files().forEach((path, digest) -> files.put(path, new Digest(digest)));
    LiquibaseStepIdentity identity =
        new LiquibaseStepIdentity(
            LiquibaseVersion.VERSION,
            changeset.path(),
            changeset.id(),
            changeset.author(),
            changeset.checksum(),
            new Digest(changeset.content()),
            files,
            request.parameters(),
            request.contexts(),
            request.labels(),
            extensions);
    StepInput input =
        new StepInput(
            StepKind.LIQUIBASE,
            changeset.label(),
            StateIdentity.liquibaseStep(identity),
            changeset.warnings());
    return new LiquibaseStep(input, identity, index, changeset);
  }
}
