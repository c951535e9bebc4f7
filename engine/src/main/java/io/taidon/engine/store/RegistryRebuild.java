package io.taidon.engine.store;

import io.taidon.core.state.StateId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes a registry agree with what is on disk. A state counts only with its directory and its
 * sidecar file, an instance with its directory and the sidecar in it: the file is written before
 * the row and deleted before the directory shrinks, so what has both is complete. Jobs have no
 * files that describe them; they are history and stay lost.
 *
 * <p>For use while nobody else has the registry open. Not thread-safe.
 */
final class RegistryRebuild {
  private static final String JSON = ".json";

  private final StoreLayout layout;
  private final RegistryDatabase database;
  private final List<StateId> statesAdded = new ArrayList<>();
  private final List<StateId> statesDropped = new ArrayList<>();
  private final List<InstanceId> instancesAdded = new ArrayList<>();
  private final List<InstanceId> instancesDropped = new ArrayList<>();
  private final List<Path> orphans = new ArrayList<>();
  private final List<Recovered.Skipped> skipped = new ArrayList<>();

  RegistryRebuild(StoreLayout layout, RegistryDatabase database) {
    this.layout = layout;
    this.database = database;
  }

  Recovered run(Optional<Path> movedAside) {
    database.write(db -> {
      dropStatesThatAreGone(db);
      entries(layout.states()).forEach(entry -> lookAtState(db, entry));
      dropInstancesThatAreGone(db);
      entries(layout.instances()).forEach(entry -> lookAtInstance(db, entry));
      return true;
    });
    return new Recovered(
        movedAside, statesAdded, statesDropped, instancesAdded, instancesDropped, orphans, skipped);
  }

  private void dropStatesThatAreGone(SqliteConnection db) throws SQLException {
    for (StateId id :
        db.list(row -> new StateId(Columns.text(row, 1)), "SELECT id FROM states ORDER BY id")) {
      if (!isDirectory(layout.state(id)) || !Files.exists(layout.stateSidecar(id))) {
        db.update("DELETE FROM states WHERE id = ?", id.hex());
        statesDropped.add(id);
      }
    }
  }

  private void lookAtState(SqliteConnection db, Path entry) {
    String name = entry.getFileName().toString();
    if (Sidecar.isTemporary(entry)) {
      delete(entry);
    } else if (isDirectory(entry)) {
      StateId.parse(name).ifPresentOrElse(id -> addState(db, id), () -> orphans.add(entry));
    } else if (name.endsWith(JSON)
        && StateId.parse(name.substring(0, name.length() - JSON.length())).isPresent()) {
      deleteWithoutDirectory(entry, name.substring(0, name.length() - JSON.length()));
    } else if (StatePin.stateOf(name).isPresent()) {
      deleteWithoutDirectory(entry, StatePin.stateOf(name).get().hex());
    } else {
      skipped.add(new Recovered.Skipped(entry, "not a file of the store"));
    }
  }

  private void deleteWithoutDirectory(Path sidecar, String id) {
    if (!isDirectory(layout.states().resolve(id))) {
      delete(sidecar);
    }
  }

  private void addState(SqliteConnection db, StateId id) {
    try {
      if (db.exists("SELECT 1 FROM states WHERE id = ?", id.hex())) {
        return;
      }
      StateRecord state = StateSidecar.read(layout, id);
      StateTable.insert(db, state, StateSidecar.origin(layout, id));
      if (StatePin.isThere(layout, id)) {
        db.update("UPDATE states SET pinned_at = ? WHERE id = ?", state.createdAt(), id.hex());
      }
      statesAdded.add(id);
    } catch (IOException e) {
      orphans.add(layout.state(id));
      if (Files.exists(layout.stateSidecar(id), LinkOption.NOFOLLOW_LINKS)) {
        skip(layout.stateSidecar(id), e);
      }
    } catch (SQLException e) {
      throw StoreFailure.of(layout.registry(), e);
    }
  }

  private void dropInstancesThatAreGone(SqliteConnection db) throws SQLException {
    for (InstanceId id :
        db.list(
            row -> new InstanceId(Columns.text(row, 1)), "SELECT id FROM instances ORDER BY id")) {
      if (!Files.exists(layout.instanceSidecar(id))) {
        db.update("DELETE FROM instances WHERE id = ?", id.hex());
        instancesDropped.add(id);
      }
    }
  }

  private void lookAtInstance(SqliteConnection db, Path entry) {
    String name = entry.getFileName().toString();
    if (!isDirectory(entry)) {
      skipped.add(new Recovered.Skipped(entry, "not a file of the store"));
    } else if (!RandomHex.matches(name)) {
      orphans.add(entry);
    } else {
      entries(entry).stream().filter(Sidecar::isTemporary).forEach(this::delete);
      addInstance(db, new InstanceId(name));
    }
  }

  private void addInstance(SqliteConnection db, InstanceId id) {
    try {
      if (db.exists("SELECT 1 FROM instances WHERE id = ?", id.hex())) {
        return;
      }
      InstanceSidecar sidecar = InstanceSidecar.read(layout, id);
      InstanceRecord instance = sidecar.instance();
      InstanceTable.insert(db, instance);
      for (InstanceName name : sidecar.names()) {
        NameTable.insert(db, name, instance, instance.lastUsedAt());
      }
      instancesAdded.add(id);
    } catch (IOException e) {
      orphans.add(layout.instance(id));
      if (Files.exists(layout.instanceSidecar(id), LinkOption.NOFOLLOW_LINKS)) {
        skip(layout.instanceSidecar(id), e);
      }
    } catch (SQLException e) {
      throw StoreFailure.of(layout.registry(), e);
    }
  }

  private void skip(Path file, IOException e) {
    skipped.add(new Recovered.Skipped(file, String.valueOf(e.getMessage())));
  }

  private void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      skip(file, e);
    }
  }

  /** What is in a directory, in the order of names, so that two rebuilds report the same. */
  private static List<Path> entries(Path directory) {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(entries::add);
    } catch (IOException e) {
      throw StoreFailure.of(directory, "list", e);
    }
    entries.sort(null);
    return entries;
  }

  private static boolean isDirectory(Path path) {
    return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }
}
