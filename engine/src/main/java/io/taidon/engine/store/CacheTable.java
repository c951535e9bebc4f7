package io.taidon.engine.store;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the registry knows of states as things that take space: what each has of its own, who pinned
 * it, which workspaces use it. Thread-safe; other processes may use the same tables.
 */
public final class CacheTable {
  private final RegistryDatabase database;
  private final StoreLayout layout;
  private final InstantSource clock;

  CacheTable(RegistryDatabase database, StoreLayout layout, InstantSource clock) {
    this.database = database;
    this.layout = layout;
    this.clock = clock;
  }

  /** What all states take together, as far as they were sized; shared bytes count once. */
  public long usedBytes() {
    return database.read(db -> db.number("SELECT coalesce(sum(own_bytes), 0) FROM states"));
  }

  /** What each state has beyond its parent, for those that were sized. */
  public Map<StateId, Long> ownBytes() {
    Map<StateId, Long> own = new HashMap<>();
    database
        .read(db ->
            db.list(
                row -> Map.entry(new StateId(Columns.text(row, 1)), row.getLong(2)),
                "SELECT id, own_bytes FROM states WHERE own_bytes IS NOT NULL"))
        .forEach(entry -> own.put(entry.getKey(), entry.getValue()));
    return own;
  }

  /** What one state has beyond its parent; empty while nobody measured it, or without the state. */
  public Optional<Long> ownBytes(StateId id) {
    return database.read(db ->
        db.first(
            row -> row.getLong(1),
            "SELECT own_bytes FROM states WHERE id = ? AND own_bytes IS NOT NULL",
            id.hex()));
  }

  /** Notes what a state has beyond its parent, unless that is known. */
  public void sized(StateId id, long ownBytes) {
    database.write(db ->
        db.update(
            "UPDATE states SET own_bytes = ? WHERE id = ? AND own_bytes IS NULL",
            ownBytes,
            id.hex()));
  }

  /**
   * Notes what states have now, whatever was known.
   *
   * @return the states that are there, sized
   */
  public Set<StateId> resized(Map<StateId, Long> ownBytes) {
    return ownBytes.isEmpty()
        ? Set.of()
        : database.write(db -> {
          Set<StateId> there = new HashSet<>();
          for (Map.Entry<StateId, Long> entry : ownBytes.entrySet()) {
            if (db.exists("SELECT 1 FROM states WHERE id = ?", entry.getKey().hex())) {
              there.add(entry.getKey());
              db.update(
                  "UPDATE states SET own_bytes = ? WHERE id = ? AND own_bytes IS NOT ?",
                  entry.getValue(),
                  entry.getKey().hex(),
                  entry.getValue());
            }
          }
          return there;
        });
  }

  /** The states that were not sized yet, parents before children. */
  public List<StateId> notSized() {
    return database.read(db ->
        db.list(
            row -> new StateId(Columns.text(row, 1)),
            "SELECT id FROM states WHERE own_bytes IS NULL ORDER BY created_at, id"));
  }

  /**
   * Keeps a state from being evicted, or no longer. A file says so too, from before the row does
   * until after it: what a crash leaves, and a rebuild finds, keeps a state rather than loses it.
   *
   * @return whether that changed anything
   * @throws TaidonException NOT_FOUND where there is no such state
   */
  public boolean pin(StateId id, boolean pinned) {
    boolean changed =
        database.write(db -> {
          if (!db.exists("SELECT 1 FROM states WHERE id = ?", id.hex())) {
            throw TaidonException.of(
                ErrorCode.NOT_FOUND, "State " + id.shortHex() + " is not in the store any more.");
          }
          if (!pinned) {
            return db.update(
                    "UPDATE states SET pinned_at = NULL WHERE id = ? AND pinned_at IS NOT NULL",
                    id.hex())
                > 0;
          }
          StatePin.write(layout, id);
          return db.update(
                  "UPDATE states SET pinned_at = ? WHERE id = ? AND pinned_at IS NULL",
                  clock.instant(),
                  id.hex())
              > 0;
        });
    if (!pinned) {
      forgetPin(id);
    }
    return changed;
  }

  /**
   * Writes the files of pins that have none: those of versions that wrote only rows, and those that
   * somebody deleted.
   */
  public void writeMissingPins() {
    for (StateId id : pinned()) {
      if (!StatePin.isThere(layout, id)) {
        writePin(id);
      }
    }
  }

  /** Unless it was released meanwhile. */
  private void writePin(StateId id) {
    boolean unused =
        database.write(db -> {
          boolean pinned =
              db.exists("SELECT 1 FROM states WHERE id = ? AND pinned_at IS NOT NULL", id.hex());
          if (pinned) {
            StatePin.write(layout, id);
          }
          return pinned;
        });
  }

  /** Unless somebody has pinned it again meanwhile. */
  private void forgetPin(StateId id) {
    boolean unused =
        database.write(db -> {
          boolean free =
              !db.exists("SELECT 1 FROM states WHERE id = ? AND pinned_at IS NOT NULL", id.hex());
          if (free) {
            StatePin.delete(layout, id);
          }
          return free;
        });
  }

  /** The states that may not be evicted. */
  public Set<StateId> pinned() {
    return database
        .read(db ->
            db.list(
                row -> new StateId(Columns.text(row, 1)),
                "SELECT id FROM states WHERE pinned_at IS NOT NULL"))
        .stream()
        .collect(Collectors.toSet());
  }

  /** Notes that a workspace used states now; those that are gone are left out. */
  public void usedBy(String workspace, Collection<StateId> ids) {
    database.write(db -> {
      for (StateId id : ids) {
        db.update(
            "INSERT INTO state_workspaces (state, workspace, last_used_at)"
                + " SELECT id, ?, ? FROM states WHERE id = ?"
                + " ON CONFLICT (state, workspace) DO UPDATE SET last_used_at ="
                + " excluded.last_used_at",
            workspace,
            clock.instant(),
            id.hex());
      }
      return ids.size();
    });
  }

  /** The workspaces that used each state, in alphabetical order. */
  public Map<StateId, List<String>> workspaces() {
    Map<StateId, List<String>> workspaces = new HashMap<>();
    database
        .read(db ->
            db.list(
                row -> Map.entry(new StateId(Columns.text(row, 1)), Columns.text(row, 2)),
                "SELECT state, workspace FROM state_workspaces ORDER BY state, workspace"))
        .forEach(entry ->
            workspaces
                .computeIfAbsent(entry.getKey(), _ -> new ArrayList<>())
                .add(entry.getValue()));
    return workspaces;
  }
}
