package io.taidon.engine.snapshot.overlay;

import io.taidon.engine.snapshot.linux.Descriptor;
import io.taidon.engine.snapshot.linux.Errno;
import io.taidon.engine.snapshot.linux.FileStatus;
import io.taidon.engine.snapshot.linux.Names;
import io.taidon.engine.snapshot.linux.Overlays;
import io.taidon.engine.snapshot.linux.SystemCallException;
import io.taidon.engine.snapshot.linux.SystemCalls;
import io.taidon.engine.snapshot.tree.Attributes;
import io.taidon.engine.snapshot.tree.Place;
import io.taidon.engine.snapshot.tree.TreeDeletion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What is under the mount of a clone: its upper layer, overlayfs's work directory, and which state
 * is the lower layer. A clone that nothing was cloned for stands on an empty directory of its own.
 */
final class CloneDirectory {
  static final byte[] UPPER = Names.bytes(".overlay-upper");
  private static final byte[] WORK = Names.bytes(".overlay-work");
  private static final byte[] LOWER = Names.bytes(".overlay-lower");
  private static final byte[] EMPTY = Names.bytes(".overlay-empty");
  private static final byte[] PIN = Names.bytes(".overlay-pin");
  private static final int PRIVATE_MODE = 0700;

  private final SystemCalls calls;
  private final Path parentPath;
  private final Descriptor parent;
  private final byte[] name;

  /**
   * @param parentPath the directory that the clone is in, without symbolic links
   * @param parent the same, open
   * @param name of the clone, which nothing is mounted on
   */
  CloneDirectory(SystemCalls calls, Path parentPath, Descriptor parent, byte[] name) {
    this.calls = calls;
    this.parentPath = parentPath;
    this.parent = parent;
    this.name = name;
  }

  /** Makes an empty one. */
  void makeEmpty() throws SystemCallException {
    calls.makeDirectory(parent, name, PRIVATE_MODE);
    try (Descriptor directory = calls.openDirectory(parent, name)) {
      calls.makeDirectory(directory, UPPER, PRIVATE_MODE);
      calls.makeDirectory(directory, WORK, PRIVATE_MODE);
      calls.makeDirectory(directory, EMPTY, PRIVATE_MODE);
    }
  }

  /**
   * Makes one that stands on a state, which is pinned from now on.
   *
   * @param statesPath the directory that the state will be found in, without symbolic links
   * @param states the same, open
   * @param stateName the name that the state will be found under
   * @param state the state's top directory
   */
  void makeOn(Path statesPath, Descriptor states, byte[] stateName, Descriptor state)
      throws SystemCallException {
    FileStatus status = calls.status(state);
    calls.makeDirectory(parent, name, PRIVATE_MODE);
    try (Descriptor directory = calls.openDirectory(parent, name)) {
      new LowerLayers(calls, states).pin(status.inode(), directory, PIN);
      Path path = parentPath.relativize(statesPath).resolve(Names.text(stateName));
      new LowerRecord(status.inode(), path).write(calls, directory, LOWER);
      calls.makeDirectory(directory, UPPER, PRIVATE_MODE);
      calls.makeDirectory(directory, WORK, PRIVATE_MODE);
      try (Descriptor upper = calls.openDirectory(directory, UPPER)) {
        // The mounted tree's top has the attributes of the upper layer's.
        Attributes.give(calls, upper, status);
      }
    }
  }

  /** Mounts it over itself. */
  void mount(boolean durable) throws SystemCallException {
    try (Descriptor directory = calls.openDirectory(parent, name)) {
      clearWork(directory);
      try (Descriptor lower = openLower(directory);
          Descriptor upper = calls.openDirectory(directory, UPPER);
          Descriptor work = calls.openDirectory(directory, WORK)) {
        new Overlays(calls).mount(lower, upper, work, directory, durable);
      }
    }
  }

  /** A mount that was not durable leaves a mark here that refuses another. */
  private void clearWork(Descriptor directory) throws SystemCallException {
    try (Descriptor work = calls.openDirectory(directory, WORK)) {
      if (calls.list(work).isEmpty()) {
        return;
      }
    }
    new TreeDeletion(calls).delete(directory, WORK);
    calls.makeDirectory(directory, WORK, PRIVATE_MODE);
  }

  /** Whether the mount over a clone does without {@code fsync}; {@code directory} is under it. */
  static boolean isVolatile(SystemCalls calls, Descriptor directory) throws SystemCallException {
    try (Descriptor outer = calls.openDirectory(directory, WORK);
        Descriptor work = calls.openDirectory(outer, Names.bytes("work"));
        Descriptor incompatible = calls.openDirectory(work, Names.bytes("incompat"))) {
      return calls.exists(incompatible, Names.bytes("volatile"));
    } catch (SystemCallException e) {
      if (e.errno().equals(Errno.ENOENT)) {
        return false;
      }
      throw e;
    }
  }

  Descriptor openUpper() throws SystemCallException {
    try (Descriptor directory = calls.openDirectory(parent, name)) {
      return calls.openDirectory(directory, UPPER);
    }
  }

  Descriptor openLower() throws SystemCallException {
    try (Descriptor directory = calls.openDirectory(parent, name)) {
      return openLower(directory);
    }
  }

  /** The state, where it was or where it is kept since it was deleted. */
  private Descriptor openLower(Descriptor directory) throws SystemCallException {
    if (calls.exists(directory, EMPTY)) {
      return calls.openDirectory(directory, EMPTY);
    }
    LowerRecord record = LowerRecord.read(calls, directory, LOWER);
    Place state = place(record);
    try (Descriptor states = state.openParent(calls)) {
      Optional<Descriptor> found = openIfSame(states, state.name(), record.inode());
      return found.isPresent()
          ? found.get()
          : new LowerLayers(calls, states).openKept(record.inode());
    }
  }

  private Optional<Descriptor> openIfSame(Descriptor states, byte[] stateName, long inode)
      throws SystemCallException {
    try {
      if (calls.status(states, stateName).inode() == inode) {
        return Optional.of(calls.openDirectory(states, stateName));
      }
    } catch (SystemCallException e) {
      if (!e.errno().equals(Errno.ENOENT)) {
        throw e;
      }
    }
    return Optional.empty();
  }

  /**
   * The state that a directory stands on, if it is a clone of one. Only what holds the state's own
   * pin is believed: a tree that a tenant filled cannot pretend to be a clone.
   */
  Optional<LowerRecord> lower() throws SystemCallException {
    try (Descriptor directory = calls.openDirectory(parent, name)) {
      if (!calls.exists(directory, PIN) || !calls.exists(directory, LOWER)) {
        return Optional.empty();
      }
      LowerRecord record = LowerRecord.read(calls, directory, LOWER);
      try (Descriptor states = place(record).openParent(calls)) {
        return new LowerLayers(calls, states).isPin(record.inode(), directory, PIN)
            ? Optional.of(record)
            : Optional.empty();
      }
    } catch (SystemCallException e) {
      if (e.errno().equals(Errno.ENOENT)
          || e.errno().equals(Errno.ENOTDIR)
          || e.errno().equals(Errno.EINVAL)
          || e.errno().equals(Errno.ELOOP)
          || e.errno().equals(Errno.EACCES)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Where a record says the state is. */
  private Place place(LowerRecord record) throws SystemCallException {
    return Place.of(parentPath.resolve(record.path()).normalize());
  }

  /** Deletes the state that a clone stood on if it was kept for that clone alone. */
  void release(LowerRecord record) throws SystemCallException {
    try (Descriptor states = place(record).openParent(calls)) {
      new LowerLayers(calls, states).collect(record.inode());
    } catch (SystemCallException e) {
      if (!e.errno().equals(Errno.ENOENT)) {
        throw e;
      }
    }
  }

  /** The directory that a path is in, without symbolic links. */
  static Path realParent(Place place) throws SystemCallException {
    try {
      return place.parent().toRealPath();
    } catch (IOException e) {
      throw new SystemCallException("open", place.parent().toString(), Errno.ENOENT);
    }
  }
}
