package io.taidon.engine.snapshot.overlay;

import io.taidon.engine.snapshot.Usage;
import io.taidon.engine.snapshot.linux.Descriptor;
import io.taidon.engine.snapshot.linux.DirectoryEntry;
import io.taidon.engine.snapshot.linux.Errno;
import io.taidon.engine.snapshot.linux.FileStatus;
import io.taidon.engine.snapshot.linux.Names;
import io.taidon.engine.snapshot.linux.Overlays;
import io.taidon.engine.snapshot.linux.SystemCallException;
import io.taidon.engine.snapshot.linux.SystemCalls;
import io.taidon.engine.snapshot.tree.Place;
import io.taidon.engine.snapshot.tree.StagingName;
import io.taidon.engine.snapshot.tree.TreeDeletion;
import io.taidon.engine.snapshot.tree.TreeDifference;
import io.taidon.engine.snapshot.tree.TreeUsage;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** The operations of the overlay backend, for one thread. */
final class OverlayWork {
  private final SystemCalls calls;
  private final Overlays overlays;
  private final Mounts mounts;

  OverlayWork(SystemCalls calls) {
    this.calls = calls;
    this.overlays = new Overlays(calls);
    this.mounts = new Mounts(calls, overlays);
  }

  void create(Path directory) throws SystemCallException {
    Place to = Place.of(directory);
    try (Descriptor parent = to.openParent(calls)) {
      to.requireFree(calls, parent);
      byte[] staged = StagingName.nextBytes();
      appear(to, parent, staged, () -> clone(to, parent, staged).makeEmpty());
    }
  }

  void clone(Path state, Path target) throws SystemCallException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    Place from = Place.of(state);
    Place to = Place.of(target);
    try (Descriptor states = from.openParent(calls);
        Descriptor parent = to.openParent(calls);
        Descriptor top = openState(states, from.name())) {
      to.requireFree(calls, parent);
      byte[] staged = StagingName.nextBytes();
      appear(
          to,
          parent,
          staged,
          () -> {
            clone(to, parent, staged)
                .makeOn(CloneDirectory.realParent(from), states, from.name(), top);
            requireSame(states, from.name(), top);
          });
    }
  }

  private Descriptor openState(Descriptor states, byte[] name) throws SystemCallException {
    if (calls.status(states, name).mountRoot()) {
      throw new SystemCallException("open (a clone, no state)", Names.text(name), Errno.EINVAL);
    }
    return calls.openDirectory(states, name);
  }

  /** A state that was pinned too late is gone. */
  private void requireSame(Descriptor states, byte[] name, Descriptor top)
      throws SystemCallException {
    if (calls.status(states, name).inode() != calls.status(top).inode()) {
      throw new SystemCallException("open", Names.text(name), Errno.ENOENT);
    }
  }

  /** Something to do that may fail. */
  private interface Step {
    void run() throws SystemCallException;
  }

  /** Makes a clone under a staging name, gives it its own and mounts it. */
  private void appear(Place to, Descriptor parent, byte[] staged, Step make)
      throws SystemCallException {
    byte[] current = staged;
    boolean done = false;
    try {
      make.run();
      calls.rename(parent, staged, parent, to.name());
      current = to.name();
      clone(to, parent, to.name()).mount(false);
      done = true;
    } finally {
      if (!done) {
        delete(to, parent, current);
      }
    }
  }

  private CloneDirectory clone(Place at, Descriptor parent, byte[] name)
      throws SystemCallException {
    return new CloneDirectory(calls, CloneDirectory.realParent(at), parent, name);
  }

  /**
   * The new state becomes the clone's lower layer, since the two share the files of the upper one
   * from now on. The clone changes over while the state has its staging name: a crash before leaves
   * nothing, a crash after leaves a state that the clone pins.
   */
  void snapshot(Path source, Path target) throws SystemCallException, InterruptedException {
    Place from = Place.of(source);
    Place to = Place.of(target);
    try (Descriptor parent = from.openParent(calls);
        Descriptor states = to.openParent(calls)) {
      to.requireFree(calls, states);
      byte[] stagedState = StagingName.nextBytes();
      boolean mounted = mounts.unmount(parent, from.name());
      boolean done = false;
      try {
        if (!mounted && clone(from, parent, from.name()).lower().isEmpty()) {
          copyState(parent, from.name(), states, stagedState);
        } else {
          merge(from, parent, states, stagedState);
          changeOver(from, parent, to, states, stagedState);
        }
        calls.rename(states, stagedState, states, to.name());
        done = true;
      } finally {
        if (mounted) {
          clone(from, parent, from.name()).mount(false);
        }
        if (!done) {
          delete(to, states, stagedState);
        }
      }
    }
  }

  /** A state of a state: links to all of its files. */
  private void copyState(Descriptor parent, byte[] name, Descriptor states, byte[] staged)
      throws SystemCallException, InterruptedException {
    try (Descriptor state = calls.openDirectory(parent, name)) {
      LayerMerge.merge(calls, Optional.empty(), Optional.of(state), states, staged);
    }
  }

  private void merge(Place from, Descriptor parent, Descriptor states, byte[] staged)
      throws SystemCallException, InterruptedException {
    CloneDirectory clone = clone(from, parent, from.name());
    try (Descriptor upper = clone.openUpper();
        Descriptor lower = clone.openLower()) {
      LayerMerge.merge(calls, Optional.of(upper), Optional.of(lower), states, staged);
    }
  }

  private void changeOver(
      Place from, Descriptor parent, Place to, Descriptor states, byte[] stagedState)
      throws SystemCallException {
    byte[] stagedClone = StagingName.nextBytes();
    try (Descriptor state = calls.openDirectory(states, stagedState)) {
      clone(from, parent, stagedClone)
          .makeOn(CloneDirectory.realParent(to), states, to.name(), state);
      overlays.exchange(parent, stagedClone, from.name());
    } finally {
      // The old one, or the new one if that was not used.
      delete(from, parent, stagedClone);
    }
  }

  /** The clone stops being one before the state shows: they share the files of the upper layer. */
  void seal(Path source, Path target) throws SystemCallException, InterruptedException {
    Place from = Place.of(source);
    Place to = Place.of(target);
    try (Descriptor parent = from.openParent(calls);
        Descriptor states = to.openParent(calls)) {
      to.requireFree(calls, states);
      boolean mounted = mounts.unmount(parent, from.name());
      if (!mounted && clone(from, parent, from.name()).lower().isEmpty()) {
        calls.rename(parent, from.name(), states, to.name());
        return;
      }
      sealClone(from, parent, to, states, mounted);
    }
  }

  private void sealClone(
      Place from, Descriptor parent, Place to, Descriptor states, boolean mounted)
      throws SystemCallException, InterruptedException {
    byte[] stagedState = StagingName.nextBytes();
    byte[] stagedClone = StagingName.nextBytes();
    byte[] current = from.name();
    boolean done = false;
    try {
      merge(from, parent, states, stagedState);
      calls.rename(parent, from.name(), parent, stagedClone);
      current = stagedClone;
      calls.rename(states, stagedState, states, to.name());
      done = true;
    } finally {
      if (!done) {
        delete(to, states, stagedState);
        if (current != from.name()) {
          calls.rename(parent, current, parent, from.name());
        }
        if (mounted) {
          clone(from, parent, from.name()).mount(false);
        }
      }
    }
    delete(from, parent, stagedClone);
  }

  void open(Path directory, boolean durable) throws SystemCallException {
    Place at = Place.of(directory);
    try (Descriptor parent = at.openParent(calls)) {
      boolean mounted = mounts.isOverlay(parent, at.name());
      if (mounted && (!durable || !isVolatile(parent, at.name()))) {
        return;
      }
      if (mounted) {
        boolean ignored = mounts.unmount(parent, at.name());
      } else if (clone(at, parent, at.name()).lower().isEmpty()) {
        return;
      }
      clone(at, parent, at.name()).mount(durable);
    }
  }

  private boolean isVolatile(Descriptor parent, byte[] name) throws SystemCallException {
    try (Descriptor below = overlays.underneath(parent);
        Descriptor clone = calls.openDirectory(below, name)) {
      return CloneDirectory.isVolatile(calls, clone);
    }
  }

  void close(Path directory) throws SystemCallException {
    Place at = Place.of(directory);
    try (Descriptor parent = at.openParent(calls)) {
      boolean ignored = mounts.unmount(parent, at.name());
    }
  }

  void delete(Path directory) throws SystemCallException {
    Place at = Place.of(directory);
    Descriptor parent;
    try {
      parent = at.openParent(calls);
    } catch (SystemCallException e) {
      if (e.errno().equals(Errno.ENOENT)) {
        return;
      }
      throw e;
    }
    try (parent) {
      delete(at, parent, at.name());
    }
  }

  /** Deletes a state or a clone in the directory of {@code at}, or a directory of clones. */
  private void delete(Place at, Descriptor parent, byte[] name) throws SystemCallException {
    if (!calls.exists(parent, name)) {
      return;
    }
    mounts.detach(parent, name);
    FileStatus status = calls.status(parent, name);
    if (!status.isDirectory()) {
      new TreeDeletion(calls).delete(parent, name);
      return;
    }
    deleteClonesIn(at, parent, name);
    CloneDirectory clone = clone(at, parent, name);
    Optional<LowerRecord> lower = clone.lower();
    byte[] staged = StagingName.matches(name) ? name : StagingName.nextBytes();
    if (staged != name) {
      calls.rename(parent, name, parent, staged);
    }
    if (!new LowerLayers(calls, parent).retire(status.inode(), staged)) {
      new TreeDeletion(calls).delete(parent, staged);
    }
    if (lower.isPresent()) {
      clone.release(lower.get());
    }
  }

  /** Clones that lie directly in a directory, as an instance's does, are mounts there. */
  private void deleteClonesIn(Place at, Descriptor parent, byte[] name) throws SystemCallException {
    try (Descriptor directory = calls.openDirectory(parent, name)) {
      Place inner = new Place(at.parent().resolve(Names.text(name)), name);
      for (DirectoryEntry entry : calls.list(directory)) {
        if (entry.type() == DirectoryEntry.Type.DIRECTORY
            && mounts.isOverlay(directory, entry.name())) {
          delete(inner, directory, entry.name());
        }
      }
    } catch (SystemCallException e) {
      if (!e.errno().equals(Errno.EACCES)) {
        throw e;
      }
      // Deleting opens it up; what is mounted inside stops that.
    }
  }

  Usage usage(Path directory) throws SystemCallException {
    Place at = Place.of(directory);
    try (Descriptor parent = at.openParent(calls)) {
      if (mounts.isOverlay(parent, at.name())) {
        return usageOfClone(parent, at.name());
      }
      if (clone(at, parent, at.name()).lower().isEmpty()) {
        return TreeUsage.measure(calls, parent, at.name());
      }
      clone(at, parent, at.name()).mount(false);
      try {
        return usageOfClone(parent, at.name());
      } finally {
        boolean ignored = mounts.unmount(parent, at.name());
      }
    }
  }

  /** Of a clone its upper layer, of a state what its origin does not have. */
  long ownBytes(Path directory, Optional<Path> origin) throws SystemCallException {
    Place at = Place.of(directory);
    try (Descriptor parent = at.openParent(calls)) {
      boolean isClone =
          mounts.isOverlay(parent, at.name()) || clone(at, parent, at.name()).lower().isPresent();
      if (isClone) {
        return usage(directory).exclusiveBytes().orElse(0);
      }
      try (Descriptor top = calls.openDirectory(parent, at.name())) {
        if (origin.isEmpty()) {
          return TreeDifference.ownBytes(calls, top, Optional.empty());
        }
        try (Descriptor other = calls.openDirectory(origin.get())) {
          return TreeDifference.ownBytes(calls, top, Optional.of(other));
        }
      }
    }
  }

  /** All that is seen, and of that the upper layer's own. */
  private Usage usageOfClone(Descriptor parent, byte[] name) throws SystemCallException {
    Usage seen = TreeUsage.measure(calls, parent, name);
    try (Descriptor below = overlays.underneath(parent);
        Descriptor clone = calls.openDirectory(below, name)) {
      OptionalLong own = TreeUsage.measure(calls, clone, CloneDirectory.UPPER).exclusiveBytes();
      return new Usage(seen.logicalBytes(), own, seen.files());
    }
  }

  void sweep(Path parentPath) throws SystemCallException {
    Place inside = Place.of(parentPath.resolve(StagingName.next()));
    try (Descriptor parent = calls.openDirectory(parentPath)) {
      for (DirectoryEntry entry : calls.list(parent)) {
        if (StagingName.matches(entry.name())) {
          delete(inside, parent, entry.name());
        }
      }
      new LowerLayers(calls, parent).sweep();
    }
  }
}
