package io.taidon.engine.snapshot;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.snapshot.linux.SystemCallException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;

/** What users see when an operation of a backend fails. */
public final class SnapshotFailures {
  private SnapshotFailures() {}

  /**
   * The failure of an operation on {@code path}; {@code DISK_FULL} for ENOSPC and EDQUOT.
   *
   * @param place the directory whose file system the operation wrote to
   * @param neededBytes what the operation would write, where that is known
   */
  public static TaidonException of(
      SnapshotOperation operation,
      Path path,
      Path place,
      IOException cause,
      OptionalLong neededBytes) {
    if (isDiskFull(cause)) {
      return diskFull(operation, path, place, cause, neededBytes);
    }
    TaidonException failure =
        TaidonException.of(
                ErrorCode.SNAPSHOT_FAILED,
                operation.phrase() + " " + path + " failed: " + reason(cause) + ".",
                cause)
            .with("operation", operation.wireName())
            .with("path", path.toString());
    return cause instanceof SystemCallException e
        ? failure.with("call", e.call()).with("errno", e.errno().name())
        : failure;
  }

  public static TaidonException cancelled(SnapshotOperation operation, Path path) {
    return TaidonException.of(
            ErrorCode.CANCELLED, operation.phrase() + " " + path + " was cancelled.")
        .with("operation", operation.wireName())
        .with("path", path.toString());
  }

  private static TaidonException diskFull(
      SnapshotOperation operation,
      Path path,
      Path place,
      IOException cause,
      OptionalLong neededBytes) {
    OptionalLong free = freeBytes(place);
    StringBuilder sentence =
        new StringBuilder("The file system of " + place + " is full: ")
            .append(operation.phrase().toLowerCase(Locale.ROOT) + " " + path);
    neededBytes.ifPresentOrElse(
        bytes -> sentence.append(" needs " + bytes + " bytes"),
        () -> sentence.append(" needs more space"));
    free.ifPresent(bytes -> sentence.append(", " + bytes + " are free"));
    TaidonException failure =
        TaidonException.of(ErrorCode.DISK_FULL, sentence.append(".").toString(), cause)
            .with("operation", operation.wireName())
            .with("path", path.toString())
            .with("directory", place.toString());
    if (neededBytes.isPresent()) {
      failure = failure.with("neededBytes", Long.toString(neededBytes.getAsLong()));
    }
    if (free.isPresent()) {
      failure = failure.with("freeBytes", Long.toString(free.getAsLong()));
    }
    return failure.remedy("Delete states or instances that are not needed, or enlarge the disk.");
  }

  private static OptionalLong freeBytes(Path place) {
    try {
      return OptionalLong.of(Files.getFileStore(place).getUsableSpace());
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  private static boolean isDiskFull(IOException cause) {
    if (cause instanceof SystemCallException e) {
      return e.errno().isDiskFull();
    }
    // The JDK keeps no error number, only the C library's words for it.
    String words = cause.getMessage();
    return words != null
        && (words.contains("No space left on device") || words.contains("Disk quota exceeded"));
  }

  private static String reason(IOException cause) {
    return switch (cause) {
      case SystemCallException e -> e.call() + " of " + e.subject() + " gives " + e.errno();
      case FileSystemException e ->
          e.getClass().getSimpleName().replace("Exception", "") + " " + e.getMessage();
      default -> String.valueOf(cause.getMessage());
    };
  }
}
