package io.taidon.engine.snapshot.tree;

import io.taidon.engine.fault.FaultPoint;
import io.taidon.engine.snapshot.SnapshotFailures;
import io.taidon.engine.snapshot.SnapshotOperation;
import io.taidon.engine.snapshot.Usage;
import io.taidon.engine.snapshot.linux.Descriptor;
import io.taidon.engine.snapshot.linux.DirectoryEntry;
import io.taidon.engine.snapshot.linux.Errno;
import io.taidon.engine.snapshot.linux.SystemCallException;
import io.taidon.engine.snapshot.linux.SystemCalls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** Directory trees by system calls on open directories. */
public final class LinuxTrees implements DirectoryTrees {
  private static final int PRIVATE_MODE = 0700;

  private final FileCopier.Factory copiers;
  private final boolean takesSpace;

  /**
   * @param copiers fill the files of a copy
   * @param takesSpace whether a copy takes as many bytes as its source
   */
  public LinuxTrees(FileCopier.Factory copiers, boolean takesSpace) {
    this.copiers = copiers;
    this.takesSpace = takesSpace;
  }

  @Override
  public void create(Path directory) {
    try (SystemCalls calls = SystemCalls.open()) {
      Place place = Place.of(directory);
      try (Descriptor parent = place.openParent(calls)) {
        calls.makeDirectory(parent, place.name(), PRIVATE_MODE);
      }
    } catch (SystemCallException e) {
      throw failure(SnapshotOperation.CREATE, directory, directory, e, OptionalLong.empty());
    }
  }

  @Override
  public void copy(SnapshotOperation operation, Path source, Path target) {
    try (SystemCalls calls = SystemCalls.open()) {
      Place from = Place.of(source);
      Place to = Place.of(target);
      try (Descriptor fromParent = from.openParent(calls);
          Descriptor toParent = to.openParent(calls)) {
        to.requireFree(calls, toParent);
        copyStaged(calls, from, fromParent, to, toParent);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw SnapshotFailures.cancelled(operation, source);
    } catch (IOException e) {
      throw failure(operation, source, target, e, neededBytes(source));
    }
  }

  private void copyStaged(
      SystemCalls calls, Place from, Descriptor fromParent, Place to, Descriptor toParent)
      throws IOException, InterruptedException {
    byte[] staged = StagingName.nextBytes();
    boolean done = false;
    try {
      TreeCopy.copy(fromParent, from.name(), toParent, staged, copiers);
      FaultPoint.COPY_STAGED.reached();
      calls.rename(toParent, staged, toParent, to.name());
      done = true;
    } finally {
      if (!done) {
        new TreeDeletion(calls).delete(toParent, staged);
      }
    }
  }

  @Override
  public void move(SnapshotOperation operation, Path source, Path target) {
    try (SystemCalls calls = SystemCalls.open()) {
      Place from = Place.of(source);
      Place to = Place.of(target);
      try (Descriptor fromParent = from.openParent(calls);
          Descriptor toParent = to.openParent(calls)) {
        calls.rename(fromParent, from.name(), toParent, to.name());
      }
    } catch (SystemCallException e) {
      throw failure(operation, source, target, e, OptionalLong.empty());
    }
  }

  @Override
  public void delete(Path directory) {
    try (SystemCalls calls = SystemCalls.open()) {
      Place place = Place.of(directory);
      try (Descriptor parent = place.openParent(calls)) {
        new TreeDeletion(calls).delete(parent, place.name());
      }
    } catch (SystemCallException e) {
      if (isAbsentParent(directory, e)) {
        return;
      }
      throw failure(SnapshotOperation.DELETE, directory, directory, e, OptionalLong.empty());
    }
  }

  private static boolean isAbsentParent(Path directory, SystemCallException e) {
    Path parent = directory.toAbsolutePath().getParent();
    return parent != null
        && e.subject().equals(parent.toString())
        && e.errno().equals(Errno.ENOENT);
  }

  @Override
  public Usage usage(Path directory) {
    try (SystemCalls calls = SystemCalls.open()) {
      return measure(calls, directory);
    } catch (SystemCallException e) {
      throw failure(SnapshotOperation.MEASURE, directory, directory, e, OptionalLong.empty());
    }
  }

  private static Usage measure(SystemCalls calls, Path directory) throws SystemCallException {
    Place place = Place.of(directory);
    try (Descriptor parent = place.openParent(calls)) {
      return TreeUsage.measure(calls, parent, place.name());
    }
  }

  @Override
  public long ownBytes(Path directory, Optional<Path> origin) {
    try (SystemCalls calls = SystemCalls.open();
        Descriptor top = calls.openDirectory(directory)) {
      if (origin.isEmpty()) {
        return TreeDifference.ownBytes(calls, top, Optional.empty());
      }
      try (Descriptor other = calls.openDirectory(origin.get())) {
        return TreeDifference.ownBytes(calls, top, Optional.of(other));
      }
    } catch (SystemCallException e) {
      throw failure(SnapshotOperation.MEASURE, directory, directory, e, OptionalLong.empty());
    }
  }

  @Override
  public void sweep(Path parent) {
    try (SystemCalls calls = SystemCalls.open();
        Descriptor directory = calls.openDirectory(parent)) {
      TreeDeletion deletion = new TreeDeletion(calls);
      for (DirectoryEntry entry : calls.list(directory)) {
        if (StagingName.matches(entry.name())) {
          deletion.delete(directory, entry.name());
        }
      }
    } catch (SystemCallException e) {
      throw SnapshotFailures.of(SnapshotOperation.SWEEP, parent, parent, e, OptionalLong.empty());
    }
  }

  private OptionalLong neededBytes(Path source) {
    if (!takesSpace) {
      return OptionalLong.empty();
    }
    try (SystemCalls calls = SystemCalls.open()) {
      return OptionalLong.of(measure(calls, source).logicalBytes());
    } catch (SystemCallException e) {
      return OptionalLong.empty();
    }
  }

  private static RuntimeException failure(
      SnapshotOperation operation,
      Path path,
      Path changed,
      IOException cause,
      OptionalLong neededBytes) {
    Path parent = changed.toAbsolutePath().getParent();
    return SnapshotFailures.of(
        operation, path, parent == null ? changed : parent, cause, neededBytes);
  }
}
