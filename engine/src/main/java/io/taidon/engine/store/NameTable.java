package io.taidon.engine.store;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The names in the registry. A name survives its instance. Thread-safe; other processes may use the
 * same table.
 */
public final class NameTable {
  private static final String SELECT =
      "SELECT n.name, n.instance, n.state, n.last_used_at, i.id IS NOT NULL, i.expires_at"
          + " FROM names n LEFT JOIN instances i ON i.id = n.instance";

  private final RegistryDatabase database;
  private final InstanceTable instances;
  private final InstantSource clock;

  NameTable(RegistryDatabase database, InstanceTable instances, InstantSource clock) {
    this.database = database;
    this.instances = instances;
    this.clock = clock;
  }

  public Optional<NameRecord> find(InstanceName name) {
    return database.read(db -> find(db, name));
  }

  /** All names, in alphabetical order. */
  public List<NameRecord> list() {
    return database.read(db -> db.list(this::read, SELECT + " ORDER BY n.name"));
  }

  /** The names of one instance, in alphabetical order. */
  public List<NameRecord> ofInstance(InstanceId instance) {
    return database.read(db ->
        db.list(this::read, SELECT + " WHERE n.instance = ? ORDER BY n.name", instance.hex()));
  }

  /**
   * Gives an instance a name that is free, that it has already, or whose instance is gone.
   *
   * @throws TaidonException NAME_IN_USE where another instance has it, NOT_FOUND where there is no
   *     such instance
   */
  public NameRecord bind(InstanceName name, InstanceId instance) {
    return database.write(db -> {
      Optional<NameRecord> present = find(db, name);
      if (present.isPresent()
          && !present.get().instance().equals(instance)
          && present.get().status() != NameStatus.MISSING) {
        throw TaidonException.of(
                ErrorCode.NAME_IN_USE,
                "The name " + name + " belongs to instance " + present.get().instance() + ".")
            .with("name", name.text())
            .with("instance", present.get().instance().hex());
      }
      return put(db, name, instance);
    });
  }

  /**
   * Gives an instance a name, whoever has it now.
   *
   * @return the instance that had it, where it was another; it may be gone
   * @throws TaidonException NOT_FOUND where there is no such instance
   */
  public Optional<InstanceId> rebind(InstanceName name, InstanceId instance) {
    return database.write(db -> {
      Optional<InstanceId> previous =
          find(db, name).map(NameRecord::instance).filter(other -> !other.equals(instance));
      put(db, name, instance);
      if (previous.isPresent()) {
        refreshSidecar(db, previous.get());
      }
      return previous;
    });
  }

  /** Notes that the name is used now. */
  public void touch(InstanceName name) {
    database.write(db ->
        db.update(
            "UPDATE names SET last_used_at = max(last_used_at, ?) WHERE name = ?",
            clock.instant(),
            name.text()));
  }

  /** Forgets a name; false where there was none. */
  public boolean remove(InstanceName name) {
    return database.write(db -> {
      Optional<NameRecord> present = find(db, name);
      if (present.isPresent()) {
        db.update("DELETE FROM names WHERE name = ?", name.text());
        refreshSidecar(db, present.get().instance());
      }
      return present.isPresent();
    });
  }

  private NameRecord put(SqliteConnection db, InstanceName name, InstanceId id)
      throws SQLException {
    InstanceRecord instance =
        InstanceTable.find(db, id)
            .orElseThrow(() ->
                TaidonException.of(ErrorCode.NOT_FOUND, "There is no instance " + id.hex() + ".")
                    .with("instance", id.hex()));
    insert(db, name, instance, clock.instant());
    instances.writeSidecar(db, instance);
    return find(db, name).orElseThrow();
  }

  /** Inserts the row or points it elsewhere. */
  static void insert(SqliteConnection db, InstanceName name, InstanceRecord instance, Instant now)
      throws SQLException {
    db.update(
        "INSERT INTO names (name, instance, state, last_used_at) VALUES (?, ?, ?, ?)"
            + " ON CONFLICT (name) DO UPDATE SET instance = excluded.instance,"
            + " state = excluded.state, last_used_at = excluded.last_used_at",
        name.text(),
        instance.id().hex(),
        instance.state().hex(),
        now);
  }

  private void refreshSidecar(SqliteConnection db, InstanceId id) throws SQLException {
    Optional<InstanceRecord> instance = InstanceTable.find(db, id);
    if (instance.isPresent()) {
      instances.writeSidecar(db, instance.get());
    }
  }

  private Optional<NameRecord> find(SqliteConnection db, InstanceName name) throws SQLException {
    return db.first(this::read, SELECT + " WHERE n.name = ?", name.text());
  }

  private NameRecord read(ResultSet row) throws SQLException {
    return new NameRecord(
        new InstanceName(Columns.text(row, 1)),
        new InstanceId(Columns.text(row, 2)),
        new StateId(Columns.text(row, 3)),
        Columns.time(row, 4),
        status(row));
  }

  private NameStatus status(ResultSet row) throws SQLException {
    if (!row.getBoolean(5)) {
      return NameStatus.MISSING;
    }
    Instant now = clock.instant();
    boolean expired = Columns.optionalTime(row, 6).filter(end -> !end.isAfter(now)).isPresent();
    return expired ? NameStatus.EXPIRED : NameStatus.ACTIVE;
  }
}
