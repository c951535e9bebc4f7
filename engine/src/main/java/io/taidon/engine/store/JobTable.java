package io.taidon.engine.store;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.Digest;
import io.taidon.core.state.StateId;
import io.taidon.engine.JobStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The jobs in the registry and their tasks. Thread-safe; other processes may use the same tables.
 */
public final class JobTable {
  private static final String JOB_COLUMNS =
      "id, status, kind, request, signature, plan_only, session, created_at, started_at,"
          + " finished_at, result, error";
  private static final String SELECT_JOBS = "SELECT " + JOB_COLUMNS + " FROM jobs";
  private static final String TASK_COLUMNS =
      "job, id, type, status, label, input, step_hash, output, cached, warnings, started_at,"
          + " finished_at, error";
  private static final String SELECT_TASKS = "SELECT " + TASK_COLUMNS + " FROM tasks";
  private static final String TERMINAL = "status IN ('succeeded', 'failed')";

  private final RegistryDatabase database;

  JobTable(RegistryDatabase database) {
    this.database = database;
  }

  /**
   * Registers a job and its tasks, if some are known already.
   *
   * @throws TaidonException CONFLICT where the id is taken
   */
  public void insert(JobRecord job, List<TaskRecord> tasks) {
    database.write(db -> {
      if (find(db, job.id()).isPresent()) {
        throw TaidonException.of(ErrorCode.CONFLICT, "Job " + job.id() + " is there already.");
      }
      insert(db, job);
      db.update(
          "INSERT INTO event_heads (job, last_seq, truncated) VALUES (?, 0, 0)", job.id().hex());
      insertTasks(db, job.id(), tasks);
      return job;
    });
  }

  public Optional<JobRecord> find(JobId id) {
    return database.read(db -> find(db, id));
  }

  /**
   * Finds the job whose id begins so.
   *
   * @throws TaidonException AMBIGUOUS_REFERENCE where several do
   */
  public Optional<JobId> find(IdPrefix prefix) {
    return IdLookup.one(database, "jobs", "job", prefix).map(JobId::new);
  }

  /** The jobs that match, oldest first. */
  public List<JobRecord> list(JobFilter filter) {
    Where where =
        new Where()
            .id(filter.id())
            .and("status = ?", filter.status().map(JobStatus::wireName))
            .and("session = ?", filter.session().map(SessionId::hex))
            .and("signature = ?", filter.signature());
    return database.read(db ->
        db.list(
            JobTable::readJob,
            SELECT_JOBS + where.sql() + " ORDER BY created_at, rowid",
            where.parameters()));
  }

  /**
   * Changes a job that has not ended; nobody else can change it in between. One that has ended
   * stays as it is.
   *
   * @param change gets the present record and returns the new one, with the same id; must be quick
   *     and not use the registry
   * @return the record that is there now, which tells who won where two wanted to end the job;
   *     empty where there is no such job
   */
  public Optional<JobRecord> change(JobId id, UnaryOperator<JobRecord> change) {
    return database.write(db -> {
      Optional<JobRecord> present = find(db, id);
      if (present.isEmpty() || present.get().status().isTerminal()) {
        return present;
      }
      JobRecord changed = change.apply(present.get());
      if (!changed.id().equals(id)) {
        throw new IllegalArgumentException("a job keeps its id");
      }
      update(db, changed);
      return Optional.of(changed);
    });
  }

  /** Replaces the tasks of a job, which planning has found. */
  public void replaceTasks(JobId job, List<TaskRecord> tasks) {
    database.write(db -> {
      db.update("DELETE FROM tasks WHERE job = ?", job.hex());
      insertTasks(db, job, tasks);
      return tasks.size();
    });
  }

  /** The tasks of a job, in order. */
  public List<TaskRecord> tasks(JobId job) {
    return database.read(db ->
        db.list(JobTable::readTask, SELECT_TASKS + " WHERE job = ? ORDER BY place", job.hex()));
  }

  /** The tasks of all jobs, oldest job first, in order. */
  public List<TaskRecord> tasks() {
    return database.read(db ->
        db.list(
            JobTable::readTask,
            "SELECT "
                + "t."
                + TASK_COLUMNS.replace(", ", ", t.")
                + " FROM tasks t JOIN jobs j ON j.id = t.job"
                + " ORDER BY j.created_at, j.rowid, t.place"));
  }

  /**
   * Changes one task; nobody else can change it in between.
   *
   * @return the new record; empty where there is no such task
   */
  public Optional<TaskRecord> changeTask(JobId job, TaskId task, UnaryOperator<TaskRecord> change) {
    return database.write(db -> {
      Optional<TaskRecord> present =
          db.first(
              JobTable::readTask,
              SELECT_TASKS + " WHERE job = ? AND id = ?",
              job.hex(),
              task.text());
      if (present.isEmpty()) {
        return present;
      }
      TaskRecord changed = change.apply(present.get());
      if (!changed.job().equals(job) || !changed.id().equals(task)) {
        throw new IllegalArgumentException("a task keeps its job and its id");
      }
      update(db, changed);
      return Optional.of(changed);
    });
  }

  /** Removes a job with its tasks and events; false where there was none. */
  public boolean remove(JobId id) {
    return database.write(db -> db.update("DELETE FROM jobs WHERE id = ?", id.hex()) > 0);
  }

  /**
   * The ended jobs beyond the newest {@code keep} of their kind and signature, if they ended before
   * a time; oldest first.
   */
  List<JobId> beyondNewest(int keep, Instant endedBefore) {
    return database.read(db ->
        db.list(
            row -> new JobId(Columns.text(row, 1)),
            "SELECT id FROM (SELECT id, created_at, finished_at, rowid AS age, row_number() OVER"
                + " (PARTITION BY kind, plan_only, signature ORDER BY created_at DESC, rowid DESC)"
                + " AS place FROM jobs WHERE "
                + TERMINAL
                + ") WHERE place > ? AND finished_at < ? ORDER BY created_at, age",
            keep,
            endedBefore));
  }

  /**
   * A job that is over.
   *
   * @param at when it ended
   * @param bytes about as many as it takes in the registry
   */
  record Ended(JobId id, Instant at, long bytes) {}

  /** All jobs that have ended, the newest first. */
  List<Ended> endedNewestFirst() {
    return database.read(db ->
        db.list(
            row -> new Ended(new JobId(Columns.text(row, 1)), Columns.time(row, 2), row.getLong(3)),
            "SELECT id, finished_at, length(request) + coalesce(length(result), 0)"
                + " + coalesce(length(error), 0)"
                + " + (SELECT coalesce(sum(length(json) + 32), 0) FROM events WHERE job = jobs.id)"
                + " + (SELECT coalesce(sum(length(label) + length(warnings) + 256), 0) FROM tasks"
                + " WHERE job = jobs.id)"
                + " FROM jobs WHERE "
                + TERMINAL
                + " ORDER BY finished_at DESC, rowid DESC"));
  }

  /** Removes a job that has ended. */
  boolean removeEnded(JobId id) {
    return database.write(
        db -> db.update("DELETE FROM jobs WHERE id = ? AND " + TERMINAL, id.hex()) > 0);
  }

  private static Optional<JobRecord> find(SqliteConnection db, JobId id) throws SQLException {
    return db.first(JobTable::readJob, SELECT_JOBS + " WHERE id = ?", id.hex());
  }

  private static void insert(SqliteConnection db, JobRecord job) throws SQLException {
    db.update(
        "INSERT INTO jobs (" + JOB_COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        job.id().hex(),
        job.status().wireName(),
        job.kind(),
        job.requestJson(),
        job.signature(),
        job.planOnly(),
        job.session().hex(),
        job.createdAt(),
        job.startedAt(),
        job.finishedAt(),
        job.resultJson(),
        job.errorJson());
  }

  private static void update(SqliteConnection db, JobRecord job) throws SQLException {
    db.update(
        "UPDATE jobs SET status = ?, signature = ?, session = ?, started_at = ?, finished_at = ?,"
            + " result = ?, error = ? WHERE id = ?",
        job.status().wireName(),
        job.signature(),
        job.session().hex(),
        job.startedAt(),
        job.finishedAt(),
        job.resultJson(),
        job.errorJson(),
        job.id().hex());
  }

  private static void insertTasks(SqliteConnection db, JobId job, List<TaskRecord> tasks)
      throws SQLException {
    int place = 0;
    for (TaskRecord task : tasks) {
      if (!task.job().equals(job)) {
        throw new IllegalArgumentException("a task of another job");
      }
      place++;
      db.update(
          "INSERT INTO tasks (place, "
              + TASK_COLUMNS
              + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          place,
          job.hex(),
          task.id().text(),
          task.type().wireName(),
          task.status().wireName(),
          task.label(),
          task.input().map(StateId::hex),
          task.stepHash().map(Digest::hex),
          task.output().map(StateId::hex),
          task.cached(),
          String.join("\n", task.warnings()),
          task.startedAt(),
          task.finishedAt(),
          task.errorJson());
    }
  }

  private static void update(SqliteConnection db, TaskRecord task) throws SQLException {
    db.update(
        "UPDATE tasks SET type = ?, status = ?, label = ?, input = ?, step_hash = ?, output = ?,"
            + " cached = ?, warnings = ?, started_at = ?, finished_at = ?, error = ? WHERE job = ?"
            + " AND id = ?",
        task.type().wireName(),
        task.status().wireName(),
        task.label(),
        task.input().map(StateId::hex),
        task.stepHash().map(Digest::hex),
        task.output().map(StateId::hex),
        task.cached(),
        String.join("\n", task.warnings()),
        task.startedAt(),
        task.finishedAt(),
        task.errorJson(),
        task.job().hex(),
        task.id().text());
  }

  private static JobRecord readJob(ResultSet row) throws SQLException {
    return new JobRecord(
        new JobId(Columns.text(row, 1)),
        Columns.word(JobStatus.class, row, 2),
        Columns.text(row, 3),
        Columns.text(row, 4),
        Columns.optionalText(row, 5),
        row.getBoolean(6),
        new SessionId(Columns.text(row, 7)),
        Columns.time(row, 8),
        Columns.optionalTime(row, 9),
        Columns.optionalTime(row, 10),
        Columns.optionalText(row, 11),
        Columns.optionalText(row, 12));
  }

  private static TaskRecord readTask(ResultSet row) throws SQLException {
    return new TaskRecord(
        new JobId(Columns.text(row, 1)),
        new TaskId(Columns.text(row, 2)),
        Columns.word(TaskType.class, row, 3),
        Columns.word(JobStatus.class, row, 4),
        Columns.text(row, 5),
        Columns.optionalText(row, 6).map(StateId::new),
        Columns.optionalText(row, 7).map(Digest::new),
        Columns.optionalText(row, 8).map(StateId::new),
        row.getBoolean(9),
        Columns.text(row, 10).lines().toList(),
        Columns.optionalTime(row, 11),
        Columns.optionalTime(row, 12),
        Columns.optionalText(row, 13));
  }
}
