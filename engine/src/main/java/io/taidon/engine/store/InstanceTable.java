package io.taidon.engine.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import io.taidon.engine.Lifetime;
import io.taidon.engine.fault.FaultPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The instances in the registry. Thread-safe; other processes may use the same table. */
public final class InstanceTable {
  private static final String COLUMNS =
      "id, state, status, owner, pid, port, backend, created_at, last_used_at, expires_at, durable,"
          + " server_version, server_home, timeline, ttl_millis, idle_timeout_millis, asleep";
  private static final String SELECT = "SELECT " + COLUMNS + " FROM instances";

  private final RegistryDatabase database;
  private final StoreLayout layout;
  private final InstantSource clock;

  InstanceTable(RegistryDatabase database, StoreLayout layout, InstantSource clock) {
    this.database = database;
    this.layout = layout;
    this.clock = clock;
  }

  public Optional<InstanceRecord> find(InstanceId id) {
    return database.read(db -> find(db, id));
  }

  /**
   * Finds the instance whose id begins so.
   *
   * @throws TaidonException AMBIGUOUS_REFERENCE where several do
   */
  public Optional<InstanceId> find(IdPrefix prefix) {
    return IdLookup.one(database, "instances", "instance", prefix).map(InstanceId::new);
  }

  /** The instances that match, oldest first. */
  public List<InstanceRecord> list(InstanceFilter filter) {
    Where where =
        new Where()
            .id(filter.id())
            .and("state = ?", filter.state().map(StateId::hex))
            .and("status = ?", filter.status().map(InstanceStatus::wireName))
            .and("owner = ?", filter.owner().map(SessionId::hex))
            .and("expires_at <= ?", filter.expiredAt());
    return database.read(db ->
        db.list(
            InstanceTable::read,
            SELECT + where.sql() + " ORDER BY created_at, id",
            where.parameters()));
  }

  /** Whether an instance sleeps that a connection is to wake. */
  public boolean anyAsleep() {
    return database.read(db -> db.exists("SELECT 1 FROM instances WHERE asleep = 1 LIMIT 1"));
  }

  /** How many instances each state has; states without any are not in it. */
  public Map<StateId, Integer> countByState() {
    Map<StateId, Integer> counts = new HashMap<>();
    database
        .read(db ->
            db.list(
                row -> Map.entry(new StateId(Columns.text(row, 1)), row.getInt(2)),
                "SELECT state, count(*) FROM instances GROUP BY state"))
        .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
    return counts;
  }

  /**
   * Registers an instance of a state that is registered, and so keeps the state from being removed;
   * counts as a use of the state. Do it before the data directory is cloned.
   *
   * @throws TaidonException NOT_FOUND where the state is gone, CONFLICT where the id is taken
   */
  public void register(InstanceRecord instance) {
    database.write(db -> {
      int used =
          db.update(
              "UPDATE states SET last_used_at = max(last_used_at, ?), use_count = use_count + 1"
                  + " WHERE id = ?",
              clock.instant(),
              instance.state().hex());
      if (used == 0) {
        throw TaidonException.of(
                ErrorCode.NOT_FOUND,
                "State " + instance.state().shortHex() + " is not in the store any more.")
            .with("state", instance.state().hex());
      }
      if (find(db, instance.id()).isPresent()) {
        throw TaidonException.of(
            ErrorCode.CONFLICT, "Instance " + instance.id() + " is there already.");
      }
      writeSidecar(db, instance);
      FaultPoint.INSTANCE_DESCRIBED.reached();
      return insert(db, instance);
    });
  }

  /**
   * Changes an instance; nobody else can change it in between.
   *
   * @param change gets the present record and returns the new one, with the same id and state; must
   *     be quick and not use the registry
   * @return the new record; empty where there is no such instance
   */
  public Optional<InstanceRecord> change(InstanceId id, UnaryOperator<InstanceRecord> change) {
    return database.write(db -> {
      Optional<InstanceRecord> present = find(db, id);
      if (present.isEmpty()) {
        return present;
      }
      InstanceRecord changed = change.apply(present.get());
      if (!changed.id().equals(id) || !changed.state().equals(present.get().state())) {
        throw new IllegalArgumentException("an instance keeps its id and its state");
      }
      if (!changed.equals(present.get())) {
        writeSidecar(db, changed);
        FaultPoint.INSTANCE_REDESCRIBED.reached();
        update(db, changed);
      }
      return Optional.of(changed);
    });
  }

  /**
   * Notes that the instance is used now.
   *
   * @return false where there is no such instance
   */
  public boolean touch(InstanceId id) {
    return database.write(db ->
        db.update(
                "UPDATE instances SET last_used_at = max(last_used_at, ?) WHERE id = ?",
                clock.instant(),
                id.hex())
            > 0);
  }

  /**
   * Takes an instance out of the registry, with its sidecar file, so that the rest of its directory
   * can be deleted. Its names stay and lead to nothing.
   *
   * @return false where it was not registered
   */
  public boolean remove(InstanceId id) {
    return database.write(db -> {
      boolean removed = db.update("DELETE FROM instances WHERE id = ?", id.hex()) > 0;
      try {
        Files.deleteIfExists(layout.instanceSidecar(id));
      } catch (IOException e) {
        throw StoreFailure.of(layout.instanceSidecar(id), "delete", e);
      }
      return removed;
    });
  }

  static Optional<InstanceRecord> find(SqliteConnection db, InstanceId id) throws SQLException {
    return db.first(InstanceTable::read, SELECT + " WHERE id = ?", id.hex());
  }

  /** Writes the sidecar with the names the instance has in this transaction. */
  void writeSidecar(SqliteConnection db, InstanceRecord instance) throws SQLException {
    List<InstanceName> names =
        db.list(
            row -> new InstanceName(Columns.text(row, 1)),
            "SELECT name FROM names WHERE instance = ? ORDER BY name",
            instance.id().hex());
    new InstanceSidecar(instance, names).write(layout);
  }

  /** Inserts the row unless there is one. */
  static boolean insert(SqliteConnection db, InstanceRecord instance) throws SQLException {
    return db.update(
            "INSERT OR IGNORE INTO instances ("
                + COLUMNS
                + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            instance.id().hex(),
            instance.state().hex(),
            instance.status().wireName(),
            instance.owner().map(SessionId::hex),
            instance.pid(),
            instance.port(),
            instance.backend(),
            instance.createdAt(),
            instance.lastUsedAt(),
            instance.expiresAt(),
            instance.durable(),
            instance.serverVersion(),
            instance.serverHome(),
            InstanceSidecar.timelineJson(instance.timeline()),
            instance.lifetime().ttl().map(Duration::toMillis),
            instance.lifetime().idleTimeout().map(Duration::toMillis),
            instance.asleep())
        > 0;
  }

  private static void update(SqliteConnection db, InstanceRecord instance) throws SQLException {
    db.update(
        "UPDATE instances SET status = ?, owner = ?, pid = ?, port = ?, backend = ?,"
            + " last_used_at = ?, expires_at = ?, durable = ?, server_version = ?, server_home = ?,"
            + " timeline = ?, ttl_millis = ?, idle_timeout_millis = ?, asleep = ?"
            + " WHERE id = ?",
        instance.status().wireName(),
        instance.owner().map(SessionId::hex),
        instance.pid(),
        instance.port(),
        instance.backend(),
        instance.lastUsedAt(),
        instance.expiresAt(),
        instance.durable(),
        instance.serverVersion(),
        instance.serverHome(),
        InstanceSidecar.timelineJson(instance.timeline()),
        instance.lifetime().ttl().map(Duration::toMillis),
        instance.lifetime().idleTimeout().map(Duration::toMillis),
        instance.asleep(),
        instance.id().hex());
  }

  private static InstanceRecord read(ResultSet row) throws SQLException {
    return new InstanceRecord(
        new InstanceId(Columns.text(row, 1)),
        new StateId(Columns.text(row, 2)),
        Columns.word(InstanceStatus.class, row, 3),
        Columns.optionalText(row, 4).map(SessionId::new),
        Columns.optionalLong(row, 5),
        Columns.optionalInt(row, 6),
        Columns.text(row, 7),
        Columns.time(row, 8),
        Columns.time(row, 9),
        Columns.optionalTime(row, 10),
        row.getBoolean(11),
        Columns.text(row, 12),
        Columns.text(row, 13),
        timeline(Columns.text(row, 14)),
        new Lifetime(Columns.optionalMillis(row, 15), Columns.optionalMillis(row, 16)),
        row.getBoolean(17));
  }

  private static Timeline timeline(String json) throws SQLException {
    try {
      return new Timeline(Fields.numbers(Sidecar.parse(json)));
    } catch (JsonProcessingException e) {
      throw Columns.damaged("a timeline is not JSON");
    }
  }
}
