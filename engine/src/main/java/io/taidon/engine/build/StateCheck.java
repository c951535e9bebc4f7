package io.taidon.engine.build;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import io.taidon.engine.snapshot.SnapshotBackend;
import io.taidon.engine.store.StateRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Tells whether a state is still what was sealed. Each answer is what is wrong, in words. */
final class StateCheck {
  /** PG_CONTROL_FILE_SIZE in PostgreSQL's {@code catalog/pg_control.h}. */
  private static final long CONTROL_FILE_BYTES = 8192;

  private StateCheck() {}

  /** What no cluster can be without: a look at two files, for plans. */
  static Optional<String> lacking(Path state) {
    if (Files.notExists(state)) {
      return Optional.of("its directory is missing");
    }
    if (Files.notExists(state.resolve("PG_VERSION"))) {
      return Optional.of("PG_VERSION is missing");
    }
    try {
      return Files.size(state.resolve("global/pg_control")) == CONTROL_FILE_BYTES
          ? Optional.empty()
          : Optional.of("global/pg_control does not have its size");
    } catch (NoSuchFileException e) {
      return Optional.of("global/pg_control is missing");
    } catch (IOException e) {
      return Optional
          .empty(); // Not proved: a good state is not thrown away for want of a descriptor.
    }
  }

  /**
   * Any change since the state was measured; before that only what is lacking.
   *
   * @throws TaidonException SNAPSHOT_FAILED where it cannot be read, which proves nothing
   */
  static Optional<String> damage(SnapshotBackend backend, Path directory, StateRecord state) {
    return lacking(directory).or(() -> change(backend, directory, state.fingerprint()));
  }

  private static Optional<String> change(
      SnapshotBackend backend, Path directory, String fingerprint) {
    if (fingerprint.isEmpty()) {
      return Optional.empty();
    }
    String now = backend.fingerprint(directory);
    return now.equals(fingerprint)
        ? Optional.empty()
        : Optional.of("sealed as [" + fingerprint + "], found as [" + now + "]");
  }

  /** What those get who wanted to use it. */
  static TaidonException damaged(StateId id, String damage) {
    return TaidonException.of(
            ErrorCode.STATE_DAMAGED,
            "State " + id.shortHex() + " was changed from outside: " + damage + ".")
        .with("state", id.hex())
        .remedy("Run the command again; the state is built anew.");
  }
}
