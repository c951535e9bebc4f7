package io.taidon.engine.liquibase;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.psql.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BiConsumer;

/**
 * One job's use of a worker: applies changesets of a plan, in as many pieces as the caller wants
 * states. The changelog is read once, and the connection stays open between pieces while its server
 * lives. Closing it gives the worker back.
 *
 * <p>Not thread-safe; an interrupt of the calling thread kills the worker.
 */
public final class LiquibaseRun implements AutoCloseable {
  /** A changeset may take as long as it takes; cancelling the job ends it. */
  private static final Duration NO_LIMIT = Duration.ofDays(365);

  private static final Duration DISCONNECT_LIMIT = Duration.ofSeconds(10);

  private final LiquibasePlan plan;
  private final LiquibaseWorkers.Lease lease;

  private LiquibaseRun(LiquibasePlan plan, LiquibaseWorkers.Lease lease) {
    this.plan = plan;
    this.lease = lease;
  }

  static LiquibaseRun open(
      LiquibaseWorkers workers, LiquibasePlan plan, LiquibaseSteps.Limits limits) {
    WorkspaceLook look = new WorkspaceLook(plan.workspace().root());
    LiquibaseWorkers.Lease lease = workers.lease(LiquibaseSteps.jars(look, plan.request()));
    try {
      WorkerTask.Open open =
          new WorkerTask.Open(look.root().toString(), plan.request(), limits.maxTotalBytes());
      WorkerReply reply = lease.process().perform(open, LiquibaseSteps.READ_LIMIT, ran -> {});
      if (!(reply instanceof WorkerReply.Opened opened)
          || !opened.manifest().changesets().equals(plan.manifest().changesets())) {
        throw TaidonException.of(
                ErrorCode.INPUT_CHANGED,
                plan.request().changelog() + " or a file that it reads changed after planning.")
            .with("file", plan.request().changelog())
            .remedy("Run the prepare again.");
      }
      return new LiquibaseRun(plan, lease);
    } catch (RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  /**
   * Applies steps {@code from} (inclusive) to {@code to} (exclusive) to a database in which exactly
   * the steps before {@code from} ran. Blocks; an interrupt kills the worker.
   *
   * @param listener gets each step when it ran, with Liquibase's outcome: {@code EXECUTED}, {@code
   *     MARK_RAN}, ...; a step whose precondition says CONTINUE is skipped without a word
   * @throws TaidonException SCRIPT_FAILED with the details {@code file}, {@code changeset}, {@code
   *     author}, {@code sqlstate}, {@code statement} and {@code message} as far as they are known:
   *     steps before the failed one stay applied; INPUT_CHANGED; POSTGRES_FAILED; CANCELLED;
   *     INTERNAL_ERROR if the worker crashed
   */
  public void apply(int from, int to, Target target, BiConsumer<LiquibaseStep, String> listener) {
    if (from < 0 || from > to || to > plan.steps().size()) {
      throw new IllegalArgumentException("no such steps: " + from + " to " + to);
    }
    WorkerTask.Apply task =
        new WorkerTask.Apply(from, to, socket(target), target.user(), target.database());
    WorkerReply unused =
        lease
            .process()
            .perform(
                task,
                NO_LIMIT,
                ran -> listener.accept(plan.steps().get(ran.index()), ran.outcome()));
    plan.checkUnchanged();
  }

  /** Closes the connection, which a server that is to stop in an orderly way need not wait for. */
  public void disconnect() {
    WorkerReply unused =
        lease.process().perform(new WorkerTask.Disconnect(), DISCONNECT_LIMIT, ran -> {});
  }

  private static String socket(Target target) {
    return Path.of(target.socketDir()).resolve(".s.PGSQL." + target.port()).toString();
  }

  /** The process id of the worker, for diagnosis. */
  public long workerPid() {
    return lease.process().pid();
  }

  @Override
  public void close() {
    try {
      if (lease.process().isUsable()) {
        disconnect();
      }
    } catch (TaidonException e) {
      lease.process().kill();
    } finally {
      lease.close();
    }
  }
}
