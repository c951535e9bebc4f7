package io.taidon.engine.store;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.snapshot.linux.Descriptor;
import io.taidon.engine.snapshot.linux.Platform;
import io.taidon.engine.snapshot.linux.SystemCallException;
import io.taidon.engine.snapshot.linux.SystemCalls;
import io.taidon.engine.volume.StoreVolume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Optional;
import java.util.Set;

/**
 * Finds out whether the store itself is the cause of a failure: gone, read-only, broken or full. A
 * server, psql or a snapshot that meets such a store fails with words of its own, which tell users
 * nothing. Looks only after a failure, so that a request pays nothing. Thread-safe.
 */
public final class StoreHealth {
  /** PostgreSQL writes its log in segments of 16 MiB and needs room for the next one. */
  private static final long ENOUGH_SPACE_BYTES = 32L << 20;

  /** What a server says of its files: PostgreSQL documentation, appendix A; by class or code. */
  private static final Set<String> OF_FILES = Set.of("42501", "58030", "58P01");

  private static final Set<String> CLASSES_OF_FILES = Set.of("08", "57", "XX");

  private static final String DISK_FULL_SQLSTATE = "53100";

  /** The detail that says what was noticed of it. */
  private static final String FAILED = "failed";

  private final StoreLayout layout;
  private final Registry registry;

  public StoreHealth(StoreLayout layout, Registry registry) {
    this.layout = layout;
    this.registry = registry;
  }

  /** The same failure, or the one of the store that is behind it. */
  public TaidonException explain(TaidonException failure) {
    if (failure.details().containsKey(FAILED)) {
      return failure; // It is explained already, maybe at a moment that told more.
    }
    if (DISK_FULL_SQLSTATE.equals(failure.details().get("sqlstate"))) {
      return full().with(FAILED, failure.sentence());
    }
    return mayBeOfTheStore(failure)
        ? cause().map(cause -> cause.with(FAILED, failure.sentence())).orElse(failure)
        : failure;
  }

  /** What is wrong with the store now; empty when nothing is. */
  public Optional<TaidonException> cause() {
    if (!registry.isHere()) {
      return Optional.of(StoreFailure.gone(layout.registry()));
    }
    return hostHasNoSpace().or(this::refusesFiles).or(this::hasNoSpace);
  }

  private static boolean mayBeOfTheStore(TaidonException failure) {
    return switch (failure.code()) {
      case POSTGRES_FAILED, SNAPSHOT_FAILED, STORE_UNUSABLE, DISK_FULL, INTERNAL_ERROR -> true;
      case SCRIPT_FAILED -> mayBeOfFiles(failure.details().getOrDefault("sqlstate", ""));
      default -> false;
    };
  }

  /** A session that ended without a code lost its server. */
  private static boolean mayBeOfFiles(String sqlState) {
    return sqlState.isEmpty()
        || OF_FILES.contains(sqlState)
        || CLASSES_OF_FILES.contains(sqlState.substring(0, Math.min(2, sqlState.length())));
  }

  private Optional<TaidonException> refusesFiles() {
    if (Platform.current().isEmpty()) {
      return Optional.empty();
    }
    byte[] name = (".probe-" + RandomHex.next()).getBytes(StandardCharsets.US_ASCII);
    try (SystemCalls calls = SystemCalls.open();
        Descriptor run = calls.openDirectory(layout.run())) {
      calls.createFile(run, name, 0600).close();
      calls.unlink(run, name);
      return Optional.empty();
    } catch (SystemCallException e) {
      return switch (e.errno().name()) {
        case "EROFS" -> Optional.of(readOnly());
        case "ENOSPC", "EDQUOT" -> Optional.of(full());
        case "EIO", "EUCLEAN", "ESTALE" -> Optional.of(broken(e));
        default -> Optional.empty();
      };
    }
  }

  /** An image that cannot grow makes the file system in it fail in any way. */
  private Optional<TaidonException> hostHasNoSpace() {
    try {
      StoreVolume.View volume = StoreVolume.view(layout.root());
      if (volume.hostFreeBytes().orElse(Long.MAX_VALUE) >= ENOUGH_SPACE_BYTES) {
        return Optional.empty();
      }
      return Optional.of(
          TaidonException.of(
                  ErrorCode.DISK_FULL,
                  "The disk is full that holds the store's image " + volume.source() + ".")
              .with("store", layout.root().toString())
              .remedy(
                  "Free space on that disk; if the store is read-only then, unmount and mount it"
                      + " again."));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Optional<TaidonException> hasNoSpace() {
    try {
      long free = Files.getFileStore(layout.root()).getUsableSpace();
      return free < ENOUGH_SPACE_BYTES ? Optional.of(full()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private TaidonException full() {
    return TaidonException.of(
            ErrorCode.DISK_FULL, "The file system of the store " + layout.root() + " is full.")
        .with("store", layout.root().toString())
        .remedy(
            "Free space, or remove states and instances with `sqlrs rm`; finished steps are kept.");
  }

  private TaidonException readOnly() {
    return TaidonException.of(
            ErrorCode.STORE_UNUSABLE,
            "The file system of the store " + layout.root() + " is read-only.")
        .with("store", layout.root().toString())
        .remedy(
            "Look in the kernel's log (dmesg) for what made it so, then mount it writable again.");
  }

  private TaidonException broken(SystemCallException e) {
    return TaidonException.of(
            ErrorCode.STORE_UNUSABLE,
            "The file system of the store " + layout.root() + " fails with " + e.errno() + ".",
            e)
        .with("store", layout.root().toString())
        .remedy("Look in the kernel's log (dmesg): the disk or its image file may be broken.");
  }
}
