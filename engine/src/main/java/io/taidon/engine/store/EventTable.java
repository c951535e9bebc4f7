package io.taidon.engine.store;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * The events of jobs. Those of one job are numbered from 1 without gaps, in the order of their
 * appends. Thread-safe; other processes may use the same table.
 *
 * <p>A job keeps a bounded number of events. When a log event would exceed it, one {@link
 * EventType#TRUNCATED} event takes its place and later log events are dropped; what tells the
 * course and the end of the job is always kept.
 */
public final class EventTable {
  /** How many events a job keeps before log events are dropped. */
  public static final int MAX_EVENTS = 20_000;

  private final RegistryDatabase database;
  private final InstantSource clock;
  private final int maxEvents;

  EventTable(RegistryDatabase database, InstantSource clock, int maxEvents) {
    this.database = database;
    this.clock = clock;
    this.maxEvents = maxEvents;
  }

  /**
   * Appends events to a job, all or none.
   *
   * @return the number of the job's last event
   * @throws TaidonException NOT_FOUND where there is no such job
   */
  public long append(JobId job, List<JobEvent.Draft> drafts) {
    return database.write(db -> {
      Head head = head(db, job);
      long seq = head.lastSeq();
      boolean truncated = head.truncated();
      Instant now = clock.instant();
      for (JobEvent.Draft draft : drafts) {
        if (!droppable(draft.type()) || (seq < maxEvents && !truncated)) {
          seq++;
          insert(db, job, seq, now, draft);
        } else if (!truncated) {
          truncated = true;
          seq++;
          insert(db, job, seq, now, truncation());
        }
      }
      db.update(
          "UPDATE event_heads SET last_seq = ?, truncated = ? WHERE job = ?",
          seq,
          truncated,
          job.hex());
      return seq;
    });
  }

  /** At most {@code limit} events of a job from number {@code fromSeq} on, in order. */
  public List<JobEvent> read(JobId job, long fromSeq, int limit) {
    return database.read(db ->
        db.list(
            row ->
                new JobEvent(
                    row.getLong(1),
                    Columns.time(row, 2),
                    Columns.word(EventType.class, row, 3),
                    Columns.text(row, 4)),
            "SELECT seq, at, type, json FROM events WHERE job = ? AND seq >= ? ORDER BY seq"
                + " LIMIT ?",
            job.hex(),
            fromSeq,
            limit));
  }

  /** How many events the job has, which is the number of its last one; 0 for an unknown job. */
  public long count(JobId job) {
    return database.read(
        db -> db.number("SELECT last_seq FROM event_heads WHERE job = ?", job.hex()));
  }

  private static boolean droppable(EventType type) {
    return switch (type) {
      case LOG -> true;
      case STATUS, TASK, RESULT, ERROR, TRUNCATED -> false;
    };
  }

  private JobEvent.Draft truncation() {
    String json =
        Sidecar.text(
            Sidecar.object()
                .put("type", EventType.TRUNCATED.wireName())
                .put("ts", clock.instant().toString())
                .put("message", "More than " + maxEvents + " events: log events end here."));
    return new JobEvent.Draft(EventType.TRUNCATED, json);
  }

  private static Head head(SqliteConnection db, JobId job) throws SQLException {
    return db.first(
            row -> new Head(row.getLong(1), row.getBoolean(2)),
            "SELECT last_seq, truncated FROM event_heads WHERE job = ?",
            job.hex())
        .orElseThrow(() ->
            TaidonException.of(ErrorCode.NOT_FOUND, "There is no job " + job.hex() + ".")
                .with("job", job.hex()));
  }

  private static void insert(
      SqliteConnection db, JobId job, long seq, Instant now, JobEvent.Draft draft)
      throws SQLException {
    db.update(
        "INSERT INTO events (job, seq, at, type, json) VALUES (?, ?, ?, ?, ?)",
        job.hex(),
        seq,
        now,
        draft.type().wireName(),
        draft.json());
  }

  private record Head(long lastSeq, boolean truncated) {}
}
