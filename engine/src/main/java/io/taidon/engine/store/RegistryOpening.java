package io.taidon.engine.store;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.fault.FaultPoint;
import io.taidon.engine.snapshot.linux.InPlaceFiles;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Opens the registry of a store, which may be missing, left by a crash, or damaged. Processes open
 * one after the other, and only one that finds itself alone repairs: nothing is moved from under
 * somebody who uses it.
 *
 * <p>Each user of the registry holds one random position of a lock file, so whoever can lock all
 * positions is alone.
 */
final class RegistryOpening {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);
  private static final List<String> COMPANIONS = List.of("", "-wal", "-shm");

  private static final System.Logger LOG = System.getLogger(RegistryOpening.class.getName());
  private static final int OWNER_ONLY = 0600;

  private final StoreLayout layout;
  private final Instant now;

  private RegistryOpening(StoreLayout layout, Instant now) {
    this.layout = layout;
    this.now = now;
  }

  /** An open registry, the lock that says so, and what had to be repaired. */
  record Opened(
      RegistryDatabase database, LockFile use, LockFile.Held using, Optional<Recovered> recovered) {

    void close() {
      try {
        database.close();
      } finally {
        using.close();
        use.close();
      }
    }
  }

  static Opened open(StoreLayout layout, Instant now) {
    return new RegistryOpening(layout, now).inTurn();
  }

  private Opened inTurn() {
    try (LockFile opening = LockFile.open(layout.registryOpeningLock());
        LockFile.Held ignored = opening.lockUninterruptibly(0)) {
      LockFile use = LockFile.open(layout.registryUseLock());
      boolean opened = false;
      try {
        Opened result = usersKnown(use);
        opened = true;
        return result;
      } finally {
        if (!opened) {
          use.close();
        }
      }
    }
  }

  private Opened usersKnown(LockFile use) {
    Optional<LockFile.Held> alone = use.tryLockAll();
    RegistryDatabase database;
    Optional<Recovered> recovered;
    try {
      if (alone.isPresent()) {
        AloneResult result = alone();
        database = result.database();
        recovered = result.recovered();
      } else {
        database = besideOthers();
        recovered = Optional.empty();
      }
    } finally {
      alone.ifPresent(LockFile.Held::close);
    }
    // Nobody can have come in between: opening is in turn.
    long position = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE >> 1);
    return new Opened(database, use, use.lockUninterruptibly(position), recovered);
  }

  private RegistryDatabase besideOthers() {
    try {
      SqliteConnection writer = SqliteConnection.open(layout.registry());
      migrate(writer);
      return new RegistryDatabase(layout, writer);
    } catch (SQLException e) {
      throw StoreFailure.of(layout.registry(), e);
    }
  }

  private AloneResult alone() {
    // The last user that closes properly removes the log (sqlite.org/wal.html, section 4).
    boolean unclean = Files.exists(companion("-wal")) || Files.exists(layout.registrySuspect());
    try {
      createPrivateFile();
      try {
        return sound(unclean, Optional.empty());
      } catch (SQLException e) {
        if (!StoreFailure.isCorruption(e)) {
          throw e;
        }
        Path aside = moveAside();
        createPrivateFile();
        return sound(false, Optional.of(aside));
      }
    } catch (SQLException e) {
      throw StoreFailure.of(layout.registry(), e);
    } catch (IOException e) {
      throw StoreFailure.of(layout.registry(), "make the registry", e);
    }
  }

  private AloneResult sound(boolean unclean, Optional<Path> movedAside)
      throws SQLException, IOException {
    prepareSharedMemory();
    SqliteConnection writer = SqliteConnection.open(layout.registry());
    boolean fine = false;
    try {
      boolean isNew = migrate(writer);
      if (unclean) {
        requireSound(writer);
      }
      Files.deleteIfExists(layout.registrySuspect());
      RegistryDatabase database = new RegistryDatabase(layout, writer);
      if (isNew) {
        FaultPoint.REGISTRY_EMPTY.reached();
      }
      Optional<Recovered> recovered =
          isNew || unclean
              ? Optional.of(new RegistryRebuild(layout, database).run(movedAside))
                  .filter(Recovered::foundAnything)
              : Optional.empty();
      fine = true;
      return new AloneResult(database, recovered);
    } finally {
      if (!fine) {
        writer.close();
      }
    }
  }

  private boolean migrate(SqliteConnection writer) throws SQLException {
    return RegistrySchema.migrate(writer, layout.registry());
  }

  /** Reads every page (sqlite.org/pragma.html#pragma_quick_check). */
  private static void requireSound(SqliteConnection connection) throws SQLException {
    String verdict =
        connection
            .first(row -> Columns.text(row, 1), "PRAGMA quick_check(1)")
            .orElseThrow(() -> Columns.damaged("quick_check says nothing"));
    if (!verdict.equals("ok")) {
      throw Columns.damaged(verdict);
    }
  }

  /**
   * Makes the empty file with a mode of our own, which SQLite gives to the log too. Never opens one
   * that is there: closing it again would drop SQLite's locks in this process.
   */
  private void createPrivateFile() throws IOException {
    try {
      Files.createFile(
          layout.registry(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException e) {
      // As it should be, except at the first start.
    }
  }

  /**
   * Makes the file that SQLite maps into memory one that a full btrfs can still write; SQLite fills
   * it before it maps it, and makes it anew from the log. Where that fails SQLite makes its own.
   */
  private void prepareSharedMemory() {
    try {
      Files.deleteIfExists(companion("-shm"));
      boolean unused =
          InPlaceFiles.create(layout.root(), layout.registry().getFileName() + "-shm", OWNER_ONLY);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "SQLite makes its shared memory itself: {0}", e.getMessage());
    }
  }

  private Path moveAside() throws IOException {
    Path aside = layout.root().resolve("registry.db.corrupt-" + STAMP.format(now));
    for (int again = 2; Files.exists(aside); again++) {
      aside = layout.root().resolve("registry.db.corrupt-" + STAMP.format(now) + "-" + again);
    }
    for (String companion : COMPANIONS) {
      Path from = companion(companion);
      if (Files.exists(from)) {
        Files.move(
            from,
            aside.resolveSibling(aside.getFileName() + companion),
            StandardCopyOption.ATOMIC_MOVE);
        FaultPoint.REGISTRY_MOVED_ASIDE.reached();
      }
    }
    if (Files.exists(layout.registry())) {
      throw TaidonException.of(
          ErrorCode.STORE_UNUSABLE,
          "The damaged registry " + layout.registry() + " could not be moved aside.");
    }
    return aside;
  }

  private Path companion(String suffix) {
    return layout.root().resolve(layout.registry().getFileName() + suffix);
  }

  private record AloneResult(RegistryDatabase database, Optional<Recovered> recovered) {}
}
