package io.taidon.engine.store;

import io.taidon.core.cache.EvictionReason;
import io.taidon.core.state.StateId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The log of evictions: which states went, when and why, also long after. It keeps the newest
 * {@link #MAX_EVICTIONS} states and {@link #MAX_RUNS} runs. Thread-safe; other processes may use
 * the same table.
 *
 * <p>A state's row in it is written in the transaction that takes the state's own row away, so that
 * no crash leaves a state that went without a reason. It is history: a state that was built again
 * has rows here too.
 */
public final class EvictionTable {
  /** How many states that went are remembered. */
  public static final int MAX_EVICTIONS = 20_000;

  /** How many runs are remembered. */
  public static final int MAX_RUNS = 2_000;

  private static final String SELECT =
      "SELECT run, state, parent, kind, label, reason, at, created_at, last_used_at, use_count,"
          + " build_millis, rebuild_millis, keep_score, freed_bytes FROM evictions";
  private static final String SELECT_RUN =
      "SELECT r.id, r.trigger, r.reason, r.subject, r.started_at, r.finished_at, r.used_before,"
          + " r.free_before, r.limit_bytes, r.used_after, r.free_after,"
          + " (SELECT count(*) FROM evictions e WHERE e.run = r.id),"
          + " (SELECT coalesce(sum(e.freed_bytes), 0) FROM evictions e WHERE e.run = r.id)"
          + " FROM eviction_runs r";

  private final RegistryDatabase database;
  private final InstantSource clock;

  EvictionTable(RegistryDatabase database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Notes that a run begins; returns its number. */
  public long begin(EvictionRun.Start run) {
    return database.write(db -> {
      db.update(
          "INSERT INTO eviction_runs (trigger, reason, subject, started_at, used_before,"
              + " free_before, limit_bytes) VALUES (?, ?, ?, ?, ?, ?, ?)",
          run.trigger(),
          run.reason().wireCode(),
          run.subject(),
          clock.instant(),
          run.usedBefore(),
          run.freeBefore(),
          run.limitBytes());
      long id = db.number("SELECT last_insert_rowid()");
      db.update("DELETE FROM eviction_runs WHERE id <= ?", id - MAX_RUNS);
      return id;
    });
  }

  /** Notes how a run ended. */
  public void end(long run, long usedAfter, long freeAfter) {
    database.write(db ->
        db.update(
            "UPDATE eviction_runs SET finished_at = ?, used_after = ?, free_after = ? WHERE id"
                + " = ?",
            clock.instant(),
            usedAfter,
            freeAfter,
            run));
  }

  /** Why a state went when it went last; empty where it never did, or too long ago. */
  public Optional<EvictionRecord> latest(StateId state) {
    return database.read(db ->
        db.first(
            EvictionTable::read,
            SELECT + " WHERE state = ? ORDER BY id DESC LIMIT 1",
            state.hex()));
  }

  /** The states that went last, the newest first. */
  public List<EvictionRecord> newest(int limit) {
    return database.read(
        db -> db.list(EvictionTable::read, SELECT + " ORDER BY id DESC LIMIT ?", limit));
  }

  /** The states that went in one run, in the order in which they went. */
  public List<EvictionRecord> ofRun(long run) {
    return database.read(
        db -> db.list(EvictionTable::read, SELECT + " WHERE run = ? ORDER BY id", run));
  }

  /** The last runs, the newest first. */
  public List<EvictionRun> runs(int limit) {
    return database.read(
        db -> db.list(EvictionTable::run, SELECT_RUN + " ORDER BY r.id DESC LIMIT ?", limit));
  }

  /** Notes a state that goes in this transaction. */
  static void insert(SqliteConnection db, EvictionRecord gone) throws SQLException {
    db.update(
        "INSERT INTO evictions (run, state, parent, kind, label, reason, at, created_at,"
            + " last_used_at, use_count, build_millis, rebuild_millis, keep_score, freed_bytes)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        gone.run(),
        gone.state().hex(),
        gone.parent().map(StateId::hex),
        gone.kind().wireName(),
        gone.label(),
        gone.reason().wireCode(),
        gone.at(),
        gone.createdAt(),
        gone.lastUsedAt(),
        gone.useCount(),
        gone.buildMillis(),
        gone.rebuildMillis(),
        gone.keepScore(),
        gone.freedBytes());
    db.update("DELETE FROM evictions WHERE id <= last_insert_rowid() - ?", MAX_EVICTIONS);
  }

  private static EvictionRecord read(ResultSet row) throws SQLException {
    return new EvictionRecord(
        Columns.optionalLong(row, 1),
        new StateId(Columns.text(row, 2)),
        Columns.optionalText(row, 3).map(StateId::new),
        Columns.word(StateKind.class, row, 4),
        Columns.text(row, 5),
        reason(row, 6),
        Columns.time(row, 7),
        Columns.time(row, 8),
        Columns.time(row, 9),
        row.getLong(10),
        row.getLong(11),
        Columns.optionalLong(row, 12),
        optionalDouble(row, 13),
        row.getLong(14));
  }

  private static EvictionRun run(ResultSet row) throws SQLException {
    return new EvictionRun(
        row.getLong(1),
        Columns.text(row, 2),
        reason(row, 3),
        Columns.optionalText(row, 4),
        Columns.time(row, 5),
        Columns.optionalTime(row, 6),
        row.getLong(7),
        row.getLong(8),
        row.getLong(9),
        Columns.optionalLong(row, 10),
        Columns.optionalLong(row, 11),
        row.getLong(12),
        row.getLong(13));
  }

  private static EvictionReason reason(ResultSet row, int column) throws SQLException {
    String code = Columns.text(row, column);
    return EvictionReason.ofWireCode(code)
        .orElseThrow(() -> Columns.damaged("column " + column + " is no reason of evictions"));
  }

  private static OptionalDouble optionalDouble(ResultSet row, int column) throws SQLException {
    double value = row.getDouble(column);
    return row.wasNull() ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
