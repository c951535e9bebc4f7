package io.taidon.engine.liquibase.worker;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateIdentity;
import io.taidon.engine.liquibase.ChangelogRequest;
import io.taidon.engine.liquibase.LiquibaseVersion;
import io.taidon.engine.liquibase.Manifest;
import io.taidon.engine.liquibase.Manifest.Changeset;
import io.taidon.engine.liquibase.UpdateCommand;
import io.taidon.engine.liquibase.WorkerTask;
import io.taidon.engine.liquibase.WorkspaceLook;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import liquibase.ChecksumVersion;
import liquibase.Contexts;
import liquibase.LabelExpression;
import liquibase.RuntimeEnvironment;
import liquibase.Scope;
import liquibase.changelog.ChangeLogIterator;
import liquibase.changelog.ChangeLogParameters;
import liquibase.changelog.ChangeSet;
import liquibase.changelog.DatabaseChangeLog;
import liquibase.changelog.filter.ChangeSetFilter;
import liquibase.changelog.filter.ContextChangeSetFilter;
import liquibase.changelog.filter.CountChangeSetFilter;
import liquibase.changelog.filter.DbmsChangeSetFilter;
import liquibase.changelog.filter.IgnoreChangeSetFilter;
import liquibase.changelog.filter.LabelChangeSetFilter;
import liquibase.changelog.filter.UpToTagChangeSetFilter;
import liquibase.changelog.visitor.ListVisitor;
import liquibase.changelog.visitor.ValidatingVisitor;
import liquibase.database.Database;
import liquibase.exception.LiquibaseException;
import liquibase.exception.ValidationFailedException;
import liquibase.parser.ChangeLogParserFactory;
import liquibase.ui.LoggerUIService;
import liquibase.util.LiquibaseUtil;

/** Reads a changelog without a database: which changesets would run on an empty one. */
final class ChangelogReader {
  private final ChangelogRequest request;
  private final WorkspaceResources resources;
  private final Database database;
  private final Contexts contexts;
  private final LabelExpression labels;

  private ChangelogReader(WorkerTask.Open wanted) {
    this.request = wanted.request();
    this.resources =
        new WorkspaceResources(
            new WorkspaceLook(Path.of(wanted.root())), request.searchPath(), wanted.maxBytes());
    this.database = new OfflinePostgres(request.postgresVersion(), resources);
    this.contexts = new Contexts(request.contexts());
    this.labels = new LabelExpression(request.labels());
  }

  /**
   * @throws TaidonException for whatever is wrong with the changelog
   */
  static OpenChangelog read(WorkerTask.Open wanted) {
    ChangelogReader reader = new ChangelogReader(wanted);
    try {
      return Scope.child(scope(reader.resources), () -> reader.read());
    } catch (Exception | StackOverflowError e) {
      throw Failures.reading(wanted.request().changelog(), reader.resources, e);
    }
  }

  /** What Liquibase finds around it. */
  static Map<String, Object> scope(WorkspaceResources resources) {
    return Map.of(
        Scope.Attr.resourceAccessor.name(), resources, Scope.Attr.ui.name(), new LoggerUIService());
  }

  private OpenChangelog read() throws Exception {
    requireVersion();
    DatabaseChangeLog changelog =
        ChangeLogParserFactory.getInstance()
            .getParser(request.changelog(), resources)
            .parse(request.changelog(), parameters(), resources);
    resources.changelogsRead();
    List<ChangeSet> planned = select(changelog);
    checkRules(changelog, planned);
    List<Changeset> described = describe(changelog, planned);
    validate(changelog);
    resources.seal();
    Manifest manifest = new Manifest(LiquibaseVersion.VERSION, resources.inputs(), described);
    return new OpenChangelog(request, resources, changelog, planned, manifest);
  }

  private static void requireVersion() {
    if (!LiquibaseUtil.getBuildVersion().equals(LiquibaseVersion.VERSION)) {
      throw TaidonException.of(
          ErrorCode.INTERNAL_ERROR,
          "The worker runs Liquibase "
              + LiquibaseUtil.getBuildVersion()
              + " where "
              + LiquibaseVersion.VERSION
              + " is expected.");
    }
  }

  /** The given parameters; none from this process, which is another on each machine. */
  private ChangeLogParameters parameters() {
    Properties properties = System.getProperties();
    ChangeLogParameters parameters;
    try {
      System.setProperties(new Properties());
      parameters = new ChangeLogParameters(database);
    } finally {
      System.setProperties(properties);
    }
    request.parameters().forEach(parameters::set);
    parameters.setContexts(contexts);
    parameters.setLabels(labels);
    return parameters;
  }

  private List<ChangeSet> select(DatabaseChangeLog changelog) throws LiquibaseException {
    List<ChangeSetFilter> filters = new ArrayList<>(standardFilters());
    switch (request.command()) {
      case UpdateCommand.All all -> {}
      case UpdateCommand.Count count -> filters.add(new CountChangeSetFilter(count.count()));
      case UpdateCommand.ToTag to -> filters.add(new UpToTagChangeSetFilter(to.tag(), List.of()));
    }
    ListVisitor visitor = new ListVisitor();
    new ChangeLogIterator(changelog, filters.toArray(new ChangeSetFilter[0]))
        .run(visitor, environment());
    for (ChangeSetFilter filter : filters) {
      if (filter instanceof UpToTagChangeSetFilter tag && !tag.isSeenTag()) {
        throw TaidonException.of(
                ErrorCode.INVALID_ARGUMENT,
                "No changeset of "
                    + request.changelog()
                    + " that would run sets the tag that --tag names.")
            .remedy("Name the tag of a tagDatabase change.");
      }
    }
    return List.copyOf(visitor.getSeenChangeSets());
  }

  private List<ChangeSetFilter> standardFilters() {
    return List.of(
        new ContextChangeSetFilter(contexts),
        new LabelChangeSetFilter(labels),
        new DbmsChangeSetFilter(database),
        new IgnoreChangeSetFilter());
  }

  private RuntimeEnvironment environment() {
    return new RuntimeEnvironment(database, contexts, labels);
  }

  private void checkRules(DatabaseChangeLog changelog, List<ChangeSet> planned) {
    boolean extensionsGiven = !request.extensions().isEmpty();
    if (changelog.getPreconditions() != null) {
      ChangesetRules.check(changelog.getPreconditions(), request.changelog(), extensionsGiven);
    }
    planned.forEach(changeSet -> ChangesetRules.check(changeSet, extensionsGiven));
  }

  private List<Changeset> describe(DatabaseChangeLog changelog, List<ChangeSet> planned)
      throws Exception {
    List<Changeset> described = new ArrayList<>(planned.size());
    for (ChangeSet changeSet : planned) {
      // Changelog preconditions are checked once, before the first changeset.
      String before =
          described.isEmpty() && changelog.getPreconditions() != null
              ? ChangesetContent.of(changelog.getPreconditions())
              : "";
      described.add(
          Scope.child(
              Map.of(Scope.Attr.database.name(), database, Scope.Attr.changeSet.name(), changeSet),
              () -> describe(changeSet, before)));
    }
    return described;
  }

  private Changeset describe(ChangeSet changeSet, String before) throws Exception {
    resources.note();
    List<String> sql = new ChangesetFiles(changeSet, resources, database).readAll();
    changeSet.clearCheckSum();
    String checksum = changeSet.generateCheckSum(ChecksumVersion.latest()).toString();
    String text = before + ChangesetContent.of(changeSet) + String.join("\n", sql);
    return new Changeset(
        changeSet.getFilePath(),
        String.valueOf(changeSet.getId()),
        String.valueOf(changeSet.getAuthor()),
        checksum,
        StateIdentity.digest(text).hex(),
        resources.noted(),
        changeSet.isRunInTransaction(),
        changeSet.isAlwaysRun(),
        changeSet.isRunOnChange(),
        ChangesetRules.warnings(changeSet, text));
  }

  /** As Liquibase validates before an update, but for what needs a database. */
  private void validate(DatabaseChangeLog changelog) throws LiquibaseException {
    ValidatingVisitor visitor = new ValidatingVisitor(List.of());
    new ChangeLogIterator(
            changelog,
            new DbmsChangeSetFilter(database),
            new ContextChangeSetFilter(contexts),
            new LabelChangeSetFilter(labels))
        .run(visitor, environment());
    if (!visitor.getDuplicateChangeSets().isEmpty()) {
      ChangeSet duplicate = visitor.getDuplicateChangeSets().iterator().next();
      throw TaidonException.of(
              ErrorCode.INVALID_SCRIPT,
              duplicate.toString(false) + " is there twice: path, id and author are the same.")
          .with("file", duplicate.getFilePath())
          .with("changeset", duplicate.getId())
          .remedy("Give one of them another id.");
    }
    if (!visitor.validationPassed()) {
      throw new ValidationFailedException(visitor);
    }
  }
}
