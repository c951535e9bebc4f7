package io.taidon.engine.snapshot.tree;

import io.taidon.engine.fault.FaultPoint;
import io.taidon.engine.snapshot.linux.Descriptor;
import io.taidon.engine.snapshot.linux.DirectoryEntry;
import io.taidon.engine.snapshot.linux.Errno;
import io.taidon.engine.snapshot.linux.FileStatus;
import io.taidon.engine.snapshot.linux.Names;
import io.taidon.engine.snapshot.linux.Subvolumes;
import io.taidon.engine.snapshot.linux.SystemCallException;
import io.taidon.engine.snapshot.linux.SystemCalls;

/**
 * Deletes whatever is under a name, however hostile its owner was: links are removed and never
 * followed, directories without permissions are opened up, read-only and nested btrfs subvolumes
 * go, and a tree of any depth takes a bounded number of descriptors.
 *
 * <p>It does not cross into a file system mounted inside: EBUSY.
 */
public final class TreeDeletion {
  /** Directories deeper than this are first moved up, so that depth costs no descriptors. */
  private static final int MAXIMUM_DEPTH = 64;

  private static final int OWNER_ALL = 0700;

  private final SystemCalls calls;
  private final Subvolumes subvolumes;

  public TreeDeletion(SystemCalls calls) {
    this.calls = calls;
    this.subvolumes = new Subvolumes(calls);
  }

  /**
   * Deletes a name in a directory; nothing when it is not there. What cannot go at once is renamed
   * first, so that a half-deleted tree never shows under its name.
   */
  public void delete(Descriptor parent, byte[] name) throws SystemCallException {
    if (!calls.exists(parent, name)) {
      return;
    }
    FileStatus status = calls.status(parent, name);
    if (!status.isDirectory()) {
      calls.unlink(parent, name);
    } else if (!destroyed(parent, name, status)) {
      byte[] staged = stage(parent, name);
      FaultPoint.DELETION_STAGED.reached();
      try (Descriptor top = openUp(parent, staged, status)) {
        if (!destroyed(parent, staged, status)) {
          empty(Level.outermost(top));
          calls.removeDirectory(parent, staged);
        }
      }
    }
  }

  private byte[] stage(Descriptor parent, byte[] name) throws SystemCallException {
    if (StagingName.matches(name)) {
      return name;
    }
    byte[] staged = StagingName.nextBytes();
    calls.rename(parent, name, parent, staged);
    return staged;
  }

  /** Whether the name was a subvolume that the kernel dropped whole. */
  private boolean destroyed(Descriptor parent, byte[] name, FileStatus status) {
    if (!Subvolumes.isTop(status)) {
      return false;
    }
    try {
      subvolumes.destroy(parent, name);
      return true;
    } catch (SystemCallException e) {
      // It holds other subvolumes, is read-only, this user may not, or it only looks like one.
      return false;
    }
  }

  /** Opens a directory and makes sure that its entries can be removed. */
  private Descriptor openUp(Descriptor parent, byte[] name, FileStatus status)
      throws SystemCallException {
    if (status.mountRoot()) {
      throw new SystemCallException("rmdir (a mount point)", Names.text(name), Errno.EBUSY);
    }
    Descriptor directory = openDespiteMode(parent, name);
    if (Subvolumes.isTop(status)) {
      makeWritable(directory);
    }
    if ((status.permissions() & OWNER_ALL) != OWNER_ALL) {
      allowOwner(directory);
    }
    return directory;
  }

  private Descriptor openDespiteMode(Descriptor parent, byte[] name) throws SystemCallException {
    try {
      return calls.openDirectory(parent, name);
    } catch (SystemCallException e) {
      if (!e.errno().equals(Errno.EACCES)) {
        throw e;
      }
      calls.changeModeOfClosedDirectory(parent, name, OWNER_ALL);
      return calls.openDirectory(parent, name);
    }
  }

  private void makeWritable(Descriptor top) {
    try {
      subvolumes.setReadOnly(top, false);
    } catch (SystemCallException e) {
      // Not a subvolume, or not this user's: then removing its entries says why.
    }
  }

  private void allowOwner(Descriptor directory) {
    try {
      calls.changeMode(directory, OWNER_ALL);
    } catch (SystemCallException e) {
      // Not this user's: then removing its entries says why.
    }
  }

  private void empty(Level level) throws SystemCallException {
    do {
      level.movedUp = false;
      for (DirectoryEntry entry : calls.list(level.directory)) {
        if (entry.type() == DirectoryEntry.Type.DIRECTORY) {
          deleteDirectory(level, entry.name());
        } else {
          calls.unlink(level.directory, entry.name());
        }
      }
    } while (level.movedUp);
  }

  private void deleteDirectory(Level level, byte[] name) throws SystemCallException {
    FileStatus status = calls.status(level.directory, name);
    if (destroyed(level.directory, name, status)) {
      return;
    }
    try (Descriptor directory = openUp(level.directory, name, status)) {
      boolean subvolume = Subvolumes.isTop(status);
      if (subvolume && destroyed(level.directory, name, status)) {
        return;
      }
      if (level.depth >= MAXIMUM_DEPTH && movedUp(level, name, subvolume)) {
        return;
      }
      empty(level.inside(directory, subvolume));
    }
    calls.removeDirectory(level.directory, name);
  }

  /**
   * Moves a directory to the top of its subvolume, and a subvolume to the top of the tree (no
   * rename of a directory leaves its subvolume). False where it is there already.
   */
  private boolean movedUp(Level level, byte[] name, boolean subvolume) throws SystemCallException {
    Level destination = subvolume ? level.outermost : level.top;
    if (destination == level) {
      return false;
    }
    calls.rename(level.directory, name, destination.directory, StagingName.nextBytes());
    destination.movedUp = true;
    return true;
  }

  /** An open directory that is being emptied. */
  private static final class Level {
    final Descriptor directory;
    final int depth;
    final Level outermost;

    /** The top directory of the subvolume. */
    final Level top;

    /** Whether directories have been moved here after it was listed. */
    boolean movedUp;

    private Level(Descriptor outermost) {
      this.directory = outermost;
      this.depth = 0;
      this.outermost = this;
      this.top = this;
    }

    private Level(Descriptor directory, Level outer, boolean subvolume) {
      this.directory = directory;
      this.depth = outer.depth + 1;
      this.outermost = outer.outermost;
      this.top = subvolume ? this : outer.top;
    }

    static Level outermost(Descriptor directory) {
      return new Level(directory);
    }

    Level inside(Descriptor inner, boolean subvolume) {
      return new Level(inner, this, subvolume);
    }
  }
}
