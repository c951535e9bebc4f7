package io.taidon.engine.store;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Says failures of the file system and of SQLite in the words of users. */
final class StoreFailure {
  /** Below this a failed write is put down to lack of space: SQLite does not always say so. */
  private static final long HARDLY_ANY_SPACE_BYTES = 64 * 1024;

  private StoreFailure() {}

  /**
   * @param doing what failed, for example {@code make the store's directories}
   */
  static TaidonException of(Path path, String doing, IOException e) {
    if (saysNoSpace(e)) {
      return diskFull(path, e);
    }
    return TaidonException.of(ErrorCode.STORE_UNUSABLE, "Cannot " + doing + " at " + path + ".", e)
        .with("path", path.toString())
        .with("reason", reason(e));
  }

  static TaidonException of(Path registry, SQLException e) {
    if (isCorruption(e)) {
      return TaidonException.of(
              ErrorCode.STORE_UNUSABLE, "The registry " + registry + " is damaged.", e)
          .with("path", registry.toString())
          .with("sqlite", code(e).name())
          .remedy(
              "Stop every sqlrs server that uses this store and run sqlrs again: the registry is"
                  + " then rebuilt from what is on disk.");
    }
    return switch (primary(e)) {
      case SQLITE_FULL -> diskFull(registry, e);
      case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH ->
          unusable(registry, "cannot be opened for writing", e)
              .remedy("Check the owner, the mode and the mount options of the store's directory.");
      case SQLITE_BUSY, SQLITE_LOCKED -> unusable(registry, "is kept locked by another process", e);
      case SQLITE_IOERR ->
          hardlyAnySpace(registry)
              ? diskFull(registry, e)
              : unusable(registry, "cannot be read or written", e);
      default -> unusable(registry, "does not work", e);
    };
  }

  /** The file that was opened is not at its path any more. */
  static TaidonException gone(Path file) {
    return TaidonException.of(
            ErrorCode.STORE_UNUSABLE,
            "The store "
                + file.getParent()
                + " is gone: it was unmounted, deleted or replaced while the engine used it.")
        .with("path", file.toString())
        .with("pid", Long.toString(ProcessHandle.current().pid()))
        .remedy(
            "Mount it again, or end the server's process "
                + ProcessHandle.current().pid()
                + " and run sqlrs again.");
  }

  /** Whether the file is not, or no longer, a database of ours that can be read. */
  static boolean isCorruption(SQLException e) {
    return switch (primary(e)) {
      case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT -> true;
      default -> false;
    };
  }

  private static TaidonException diskFull(Path path, Exception e) {
    return TaidonException.of(
            ErrorCode.DISK_FULL, "No space is left on the file system of " + path + ".", e)
        .with("path", path.toString())
        .remedy("Free some space, or remove states that are not needed.");
  }

  private static TaidonException unusable(Path registry, String what, SQLException e) {
    return TaidonException.of(
            ErrorCode.STORE_UNUSABLE, "The registry " + registry + " " + what + ".", e)
        .with("path", registry.toString())
        .with("sqlite", code(e).name())
        .with("reason", String.valueOf(e.getMessage()));
  }

  private static boolean saysNoSpace(IOException e) {
    String text = reason(e);
    return text.contains("No space left on device") || text.contains("Disk quota exceeded");
  }

  private static String reason(IOException e) {
    String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return reason == null ? e.getClass().getSimpleName() : reason;
  }

  private static boolean hardlyAnySpace(Path path) {
    try {
      Path directory = path.getParent();
      return directory != null
          && Files.getFileStore(directory).getUsableSpace() < HARDLY_ANY_SPACE_BYTES;
    } catch (IOException e) {
      return false;
    }
  }

  private static SQLiteErrorCode code(SQLException e) {
    return e instanceof SQLiteException s ? s.getResultCode() : SQLiteErrorCode.SQLITE_ERROR;
  }

  /** The low byte of an extended result code is its primary code (sqlite.org/rescode.html). */
  private static SQLiteErrorCode primary(SQLException e) {
    return SQLiteErrorCode.getErrorCode(code(e).code & 0xff);
  }
}
