package io.taidon.engine.store;

import io.taidon.core.cache.StateIndex;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.explain.StateOrigin;
import io.taidon.core.state.StateId;
import io.taidon.engine.fault.FaultPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The states in the registry. Thread-safe; other processes may use the same table. */
public final class StateTable implements StateIndex {
  private static final String COLUMNS =
      "id, parent, kind, engine_version, engine_identity, backend, label, args_normalized,"
          + " created_at, size_bytes, build_millis, last_used_at, use_count, durable, boot_id,"
          + " fingerprint";
  private static final String SELECT = "SELECT " + COLUMNS + " FROM states";

  private final RegistryDatabase database;
  private final StoreLayout layout;
  private final InstantSource clock;

  StateTable(RegistryDatabase database, StoreLayout layout, InstantSource clock) {
    this.database = database;
    this.layout = layout;
    this.clock = clock;
  }

  /** Whether the state is registered. One look-up in an index. */
  @Override
  public boolean contains(StateId id) {
    return database.read(db -> db.exists("SELECT 1 FROM states WHERE id = ?", id.hex()));
  }

  /** Those of these states that are registered, by one query. */
  public Set<StateId> among(Collection<StateId> ids) {
    String json = ids.stream().map(StateId::hex).collect(Collectors.joining("\",\"", "[\"", "\"]"));
    return ids.isEmpty()
        ? Set.of()
        : Set.copyOf(
            database.read(db ->
                db.list(
                    StateTable::id,
                    "SELECT id FROM states WHERE id IN (SELECT value FROM json_each(?))",
                    json)));
  }

  public Optional<StateRecord> find(StateId id) {
    return database.read(db -> db.first(StateTable::read, SELECT + " WHERE id = ?", id.hex()));
  }

  /**
   * Finds the state whose id begins so.
   *
   * @throws TaidonException AMBIGUOUS_REFERENCE where several do
   */
  public Optional<StateId> find(IdPrefix prefix) {
    return IdLookup.one(database, "states", "state", prefix).map(StateId::new);
  }

  /** The states that match, oldest first. */
  public List<StateRecord> list(StateFilter filter) {
    Where where =
        new Where()
            .id(filter.id())
            .and("kind = ?", filter.kind().map(StateKind::wireName))
            .and("engine_version = ?", filter.engineVersion());
    return select(where.sql() + " ORDER BY created_at, id", where.parameters());
  }

  /** The states that were made from this one by one step, oldest first. */
  public List<StateRecord> children(StateId parent) {
    return select(" WHERE parent = ? ORDER BY created_at, id", parent.hex());
  }

  /**
   * Registers a state whose directory is in its place: writes the sidecar file, then the row. Call
   * it with the state's lock held.
   *
   * @param origin what made it, to explain later why another state is not this one
   * @return false where it was registered already, which changes nothing
   */
  public boolean register(StateRecord state, Optional<StateOrigin> origin) {
    Optional<String> made = origin.flatMap(OriginJson::write);
    return database.write(db -> {
      if (db.exists("SELECT 1 FROM states WHERE id = ?", state.id().hex())) {
        return false;
      }
      StateSidecar.write(layout, state, made);
      FaultPoint.STATE_DESCRIBED.reached();
      return insert(db, state, made);
    });
  }

  /** As {@link #register(StateRecord, Optional)}, of what nobody knows what made it. */
  public boolean register(StateRecord state) {
    return register(state, Optional.empty());
  }

  /**
   * Registers a state that is complete on disk and has lost its row: the process that built it died
   * in between. Call it with the state's lock held.
   */
  public Optional<StateRecord> adopt(StateId id) {
    if (!Files.isDirectory(layout.state(id), LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    StateRecord state;
    try {
      state = StateSidecar.read(layout, id);
    } catch (IOException e) {
      return Optional.empty();
    }
    StateRecord found = state;
    Optional<String> origin = StateSidecar.origin(layout, id);
    database.write(db -> insert(db, found, origin));
    return Optional.of(found);
  }

  /** Counts one more use of each of these states. */
  public void touch(Collection<StateId> ids) {
    Instant now = clock.instant();
    database.write(db -> {
      int changed = 0;
      for (StateId id : ids) {
        changed +=
            db.update(
                "UPDATE states SET last_used_at = max(last_used_at, ?),"
                    + " use_count = use_count + 1 WHERE id = ?",
                now,
                id.hex());
      }
      return changed;
    });
  }

  /**
   * Takes a state out of the registry, with its sidecar file, so that its directory can be deleted,
   * and notes why in the log of evictions. Call it with the state's lock held. Children keep their
   * own directories and stay.
   *
   * @return false where it was not registered
   * @throws TaidonException DELETION_BLOCKED where an instance was made from it or it is pinned
   */
  public boolean remove(StateId id, Removal why) {
    return database.write(db -> {
      long instances = db.number("SELECT count(*) FROM instances WHERE state = ?", id.hex());
      if (instances > 0) {
        throw blocked(id, "is in use by " + instances + " instance(s).")
            .with("instances", Long.toString(instances))
            .remedy("Remove the instances first.");
      }
      if (db.exists("SELECT 1 FROM states WHERE id = ? AND pinned_at IS NOT NULL", id.hex())) {
        throw blocked(id, "is pinned.").remedy("`sqlrs cache unpin` lets it go.");
      }
      return forget(db, id, why);
    });
  }

  /** As {@link #remove}, whatever was made from it. */
  public boolean removeAnyway(StateId id, Removal why) {
    return database.write(db -> forget(db, id, why));
  }

  private static TaidonException blocked(StateId id, String why) {
    return TaidonException.of(ErrorCode.DELETION_BLOCKED, "State " + id.shortHex() + " " + why)
        .with("state", id.hex());
  }

  /** How many instances were made from this state and are still there. */
  public int referenceCount(StateId id) {
    return (int)
        (long)
            database.read(
                db -> db.number("SELECT count(*) FROM instances WHERE state = ?", id.hex()));
  }

  /** The states that were not measured yet, oldest first. */
  public List<StateId> notMeasured() {
    return database.read(db ->
        db.list(
            StateTable::id,
            "SELECT id FROM states WHERE fingerprint = '' ORDER BY created_at, id"));
  }

  /** Notes what a state's files sum up to, and the mark by which a later change is seen. */
  public void measured(StateId id, long sizeBytes, String fingerprint) {
    database.write(db ->
        db.update(
            "UPDATE states SET size_bytes = ?, fingerprint = ? WHERE id = ?",
            sizeBytes,
            fingerprint,
            id.hex()));
  }

  /** The states that are not known to be on the medium yet, oldest first. */
  public List<StateId> notDurable() {
    return database.read(db ->
        db.list(StateTable::id, "SELECT id FROM states WHERE durable = 0 ORDER BY created_at, id"));
  }

  /**
   * Notes that the files of these states are on the medium: after syncfs(2) on the store's file
   * system, begun when they were registered already.
   *
   * @param sync brings the store to the medium once more, with what is written here: one sync for
   *     all, because each would be a commit of the file system that snapshots wait for
   */
  public void markDurable(Collection<StateId> ids, Runnable sync) {
    Map<StateId, Path> staged = new LinkedHashMap<>();
    try {
      for (StateId id : ids) {
        find(id)
            .filter(state -> !state.durable())
            .ifPresent(state -> staged.put(id, stageDurable(state)));
      }
      if (!staged.isEmpty()) {
        sync.run();
        staged.forEach(this::markDurable);
      }
    } finally {
      staged.values().forEach(StateTable::delete);
    }
  }

  /**
   * The states that must not be used in this boot: sealed in another one, and lost from the page
   * cache before they were known to be on the medium.
   */
  public List<StateId> untrusted(BootId current) {
    return database.read(db ->
        db.list(
            StateTable::id,
            "SELECT id FROM states WHERE durable = 0 AND boot_id <> ? ORDER BY created_at, id",
            current.text()));
  }

  /** Inserts the row unless there is one, and the record of what made the state. */
  static boolean insert(SqliteConnection db, StateRecord state, Optional<String> origin)
      throws SQLException {
    boolean inserted = insert(db, state);
    if (inserted && origin.isPresent()) {
      OriginTable.put(db, state, origin.get());
    }
    return inserted;
  }

  private static boolean insert(SqliteConnection db, StateRecord state) throws SQLException {
    return db.update(
            "INSERT OR IGNORE INTO states ("
                + COLUMNS
                + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            state.id().hex(),
            state.parent().map(StateId::hex),
            state.kind().wireName(),
            state.engine().version(),
            state.engine().identityJson(),
            state.backend(),
            state.label(),
            state.argsNormalized(),
            state.createdAt(),
            state.sizeBytes(),
            state.buildMillis(),
            state.lastUsedAt(),
            state.useCount(),
            state.durable(),
            state.bootId().text(),
            state.fingerprint())
        > 0;
  }

  /**
   * The slow part, writing and syncing, is done before the transaction; only the rename is inside,
   * where a removal cannot come between the row and the file.
   */
  private void markDurable(StateId id, Path staged) {
    database.write(db -> {
      int changed = db.update("UPDATE states SET durable = 1 WHERE id = ?", id.hex());
      if (changed > 0) {
        move(staged, layout.stateSidecar(id));
        FaultPoint.DURABILITY_DESCRIBED.reached();
      }
      return changed;
    });
  }

  private Path stageDurable(StateRecord state) {
    Optional<String> origin = database.read(db -> OriginTable.find(db, state.id()));
    return StateSidecar.stage(layout, state.madeDurable(), origin);
  }

  private boolean forget(SqliteConnection db, StateId id, Removal why) throws SQLException {
    Optional<StateRecord> state = db.first(StateTable::read, SELECT + " WHERE id = ?", id.hex());
    if (state.isPresent()) {
      long own =
          db.number("SELECT coalesce(own_bytes, size_bytes) FROM states WHERE id = ?", id.hex());
      long freed = why.freedBytes().orElse(own);
      if (why.heir().isPresent() && own > freed) {
        db.update(
            "UPDATE states SET own_bytes = own_bytes + ? WHERE id = ?",
            own - freed,
            why.heir().get().hex());
      }
      if (why.freedBytes().isEmpty()) {
        // One of those made from it is sized anew: what they shared with it is charged to that one.
        db.update(
            "UPDATE states SET own_bytes = NULL"
                + " WHERE id = (SELECT min(id) FROM states WHERE parent = ?)",
            id.hex());
      }
      db.update("DELETE FROM states WHERE id = ?", id.hex());
      db.update("DELETE FROM state_workspaces WHERE state = ?", id.hex());
      EvictionTable.insert(db, gone(state.get(), why, freed));
      OriginTable.gone(db, id, clock.instant());
    }
    // Before the directory shrinks: a directory without a sidecar is never taken for a state.
    StatePin.delete(layout, id);
    delete(layout.stateSidecar(id));
    FaultPoint.STATE_UNDESCRIBED.reached();
    return state.isPresent();
  }

  private EvictionRecord gone(StateRecord state, Removal why, long freedBytes) {
    return new EvictionRecord(
        why.run(),
        state.id(),
        state.parent(),
        state.kind(),
        state.label(),
        why.reason(),
        clock.instant(),
        state.createdAt(),
        state.lastUsedAt(),
        state.useCount(),
        state.buildMillis(),
        why.rebuildMillis(),
        why.keepScore(),
        freedBytes);
  }

  private List<StateRecord> select(String condition, Object... parameters) {
    return database.read(db -> db.list(StateTable::read, SELECT + condition, parameters));
  }

  private static StateId id(ResultSet row) throws SQLException {
    return new StateId(Columns.text(row, 1));
  }

  private static StateRecord read(ResultSet row) throws SQLException {
    return new StateRecord(
        id(row),
        Columns.optionalText(row, 2).map(StateId::new),
        Columns.word(StateKind.class, row, 3),
        new EngineDescription(Columns.text(row, 4), Columns.text(row, 5)),
        Columns.text(row, 6),
        Columns.text(row, 7),
        Columns.text(row, 8),
        Columns.time(row, 9),
        row.getLong(10),
        Columns.text(row, 16),
        row.getLong(11),
        Columns.time(row, 12),
        row.getLong(13),
        row.getBoolean(14),
        new BootId(Columns.text(row, 15)));
  }

  private static void move(Path from, Path to) {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw StoreFailure.of(to, "write", e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw StoreFailure.of(file, "delete", e);
    }
  }
}
