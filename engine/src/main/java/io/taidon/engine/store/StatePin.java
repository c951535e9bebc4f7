package io.taidon.engine.store;

import io.taidon.core.state.StateId;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * The empty file {@code states/<state id>.pin}: a wish of a user, which a rebuild must not lose.
 */
final class StatePin {
  private static final String SUFFIX = ".pin";

  private StatePin() {}

  static void write(StoreLayout layout, StateId id) {
    try {
      Files.createFile(
          layout.statePin(id),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException e) {
      // Pinned twice.
    } catch (IOException e) {
      throw StoreFailure.of(layout.statePin(id), "write", e);
    }
  }

  static boolean isThere(StoreLayout layout, StateId id) {
    return Files.isRegularFile(layout.statePin(id), LinkOption.NOFOLLOW_LINKS);
  }

  static void delete(StoreLayout layout, StateId id) {
    try {
      Files.deleteIfExists(layout.statePin(id));
    } catch (IOException e) {
      throw StoreFailure.of(layout.statePin(id), "delete", e);
    }
  }

  /** The state that a file of this name pins. */
  static Optional<StateId> stateOf(String fileName) {
    return fileName.endsWith(SUFFIX)
        ? StateId.parse(fileName.substring(0, fileName.length() - SUFFIX.length()))
        : Optional.empty();
  }
}
