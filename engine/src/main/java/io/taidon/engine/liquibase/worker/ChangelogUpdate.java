package io.taidon.engine.liquibase.worker;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.liquibase.ChangelogRequest;
import io.taidon.engine.liquibase.WorkerTask;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import liquibase.Contexts;
import liquibase.LabelExpression;
import liquibase.RuntimeEnvironment;
import liquibase.Scope;
import liquibase.changelog.ChangeLogHistoryServiceFactory;
import liquibase.changelog.ChangeLogIterator;
import liquibase.changelog.ChangeSet;
import liquibase.changelog.ChangeSet.ExecType;
import liquibase.changelog.DatabaseChangeLog;
import liquibase.changelog.filter.ChangeSetFilter;
import liquibase.changelog.filter.ChangeSetFilterResult;
import liquibase.changelog.filter.ContextChangeSetFilter;
import liquibase.changelog.filter.DbmsChangeSetFilter;
import liquibase.changelog.filter.IgnoreChangeSetFilter;
import liquibase.changelog.filter.LabelChangeSetFilter;
import liquibase.changelog.filter.ShouldRunChangeSetFilter;
import liquibase.changelog.visitor.DefaultChangeExecListener;
import liquibase.changelog.visitor.UpdateVisitor;
import liquibase.database.Database;
import liquibase.exception.LiquibaseException;
import liquibase.exception.LockException;
import liquibase.lockservice.LockService;
import liquibase.lockservice.LockServiceFactory;

/**
 * Applies some changesets of an open changelog, as Liquibase's own {@code update} does: the same
 * lock, history and visitor, with one more filter that lets only the wanted changesets through.
 */
final class ChangelogUpdate {

  /** Hears of each changeset when it ran. */
  interface Listener {
    void ran(int index, String outcome);
  }

  private final OpenChangelog open;
  private final ConnectionKeeper connections;
  private Optional<ChangeSet> running = Optional.empty();

  ChangelogUpdate(OpenChangelog open, ConnectionKeeper connections) {
    this.open = open;
    this.connections = connections;
  }

  /**
   * @throws TaidonException SCRIPT_FAILED, POSTGRES_FAILED; what ran before stays committed, and
   *     the lock is released
   */
  void apply(WorkerTask.Apply task, Listener listener) {
    try {
      Scope.child(
          ChangelogReader.scope(open.resources()),
          () -> update(connections.connect(task), task, listener));
    } catch (Exception | StackOverflowError e) {
      connections.close();
      throw explain(e);
    }
  }

  private TaidonException explain(Throwable e) {
    Optional<TaidonException> refused = open.resources().failure().or(() -> Failures.refusal(e));
    if (refused.isPresent()) {
      return refused.get();
    }
    if (running.isPresent()) {
      return Failures.running(running.get(), e);
    }
    String changelog = open.request().changelog();
    return TaidonException.of(
            ErrorCode.SCRIPT_FAILED, changelog + " cannot be applied: " + Failures.sentence(e))
        .with("file", changelog);
  }

  private void update(Database database, WorkerTask.Apply task, Listener listener)
      throws Exception {
    LockService lock = LockServiceFactory.getInstance().getLockService(database);
    try {
      lock.waitForLock();
      run(database, task, listener);
    } finally {
      release(lock);
    }
  }

  private static void release(LockService lock) {
    try {
      lock.releaseLock();
    } catch (LockException e) {
      // The server is gone, or the lock is: the state is thrown away in both cases.
    }
  }

  private void run(Database database, WorkerTask.Apply task, Listener listener)
      throws LiquibaseException {
    ChangelogRequest request = open.request();
    Contexts contexts = new Contexts(request.contexts());
    LabelExpression labels = new LabelExpression(request.labels());
    DatabaseChangeLog changelog = open.changelog();
    Scope.getCurrentScope()
        .getSingleton(ChangeLogHistoryServiceFactory.class)
        .getChangeLogService(database)
        .init();
    if (task.from() == 0) {
      // Preconditions of the changelog speak of the database before its first changeset.
      changelog.validate(database, contexts, labels);
    }
    database.setObjectQuotingStrategy(changelog.getObjectQuotingStrategy());
    Map<ChangeSet, Integer> wanted = wanted(task);
    new ChangeLogIterator(
            changelog,
            new ContextChangeSetFilter(contexts),
            new LabelChangeSetFilter(labels),
            new DbmsChangeSetFilter(database),
            new IgnoreChangeSetFilter(),
            only(wanted))
        .run(
            new UpdateVisitor(
                database, new Progress(wanted, listener), new ShouldRunChangeSetFilter(database)),
            new RuntimeEnvironment(database, contexts, labels));
    database.afterUpdate();
  }

  private Map<ChangeSet, Integer> wanted(WorkerTask.Apply task) {
    Map<ChangeSet, Integer> wanted = new IdentityHashMap<>();
    for (int i = task.from(); i < task.to(); i++) {
      wanted.put(open.planned().get(i), i);
    }
    return wanted;
  }

  private static ChangeSetFilter only(Map<ChangeSet, Integer> wanted) {
    return new ChangeSetFilter() {
      @Override
      public ChangeSetFilterResult accepts(ChangeSet changeSet) {
        return new ChangeSetFilterResult(
            wanted.containsKey(changeSet), "is part of this update", getClass());
      }
    };
  }

  /** Knows which changeset runs. */
  private final class Progress extends DefaultChangeExecListener {
    private final Map<ChangeSet, Integer> wanted;
    private final Listener listener;

    Progress(Map<ChangeSet, Integer> wanted, Listener listener) {
      this.wanted = wanted;
      this.listener = listener;
    }

    @Override
    public void willRun(
        ChangeSet changeSet,
        DatabaseChangeLog changelog,
        Database database,
        ChangeSet.RunStatus status) {
      running = Optional.of(changeSet);
    }

    @Override
    public void ran(
        ChangeSet changeSet, DatabaseChangeLog changelog, Database database, ExecType outcome) {
      Integer index = wanted.get(changeSet);
      if (index != null) {
        listener.ran(index, outcome.name());
      }
    }
  }
}
