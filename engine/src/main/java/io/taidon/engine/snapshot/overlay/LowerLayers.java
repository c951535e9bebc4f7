package io.taidon.engine.snapshot.overlay;

import io.taidon.engine.snapshot.linux.Descriptor;
import io.taidon.engine.snapshot.linux.DirectoryEntry;
import io.taidon.engine.snapshot.linux.Errno;
import io.taidon.engine.snapshot.linux.Names;
import io.taidon.engine.snapshot.linux.Overlays;
import io.taidon.engine.snapshot.linux.SystemCallException;
import io.taidon.engine.snapshot.linux.SystemCalls;
import io.taidon.engine.snapshot.tree.StagingName;
import io.taidon.engine.snapshot.tree.TreeDeletion;

/**
 * The states of one directory that clones stand on, by the inode number of the state's top
 * directory. Which are in use is counted by the kernel: a pin is a file with one more name in each
 * clone.
 *
 * <p>Any number of processes may work here at once. A clone pins first and then looks whether the
 * state is still there; a deletion moves the state away first and then looks for pins. So one of
 * the two always sees the other.
 */
final class LowerLayers {
  /** The directory of pins and kept states, beside the states. */
  static final String PLACE = ".overlay";

  private static final byte[] PLACE_NAME = Names.bytes(PLACE);
  private static final byte[] PINS = Names.bytes("pins");
  private static final byte[] KEPT = Names.bytes("kept");
  private static final int PRIVATE_MODE = 0700;
  private static final int PRIVATE_FILE_MODE = 0600;
  private static final int PIN_TRIES = 100;

  private final SystemCalls calls;
  private final Overlays overlays;
  private final Descriptor states;

  /**
   * @param states the open directory that the states are in
   */
  LowerLayers(SystemCalls calls, Descriptor states) {
    this.calls = calls;
    this.overlays = new Overlays(calls);
    this.states = states;
  }

  /** Gives the pin of a state another name, which keeps the state. */
  void pin(long inode, Descriptor clone, byte[] name) throws SystemCallException {
    try (Descriptor pins = openOrMake(PINS)) {
      for (int attempt = 1; ; attempt++) {
        makeFile(pins, Inodes.name(inode));
        try {
          overlays.link(pins, Inodes.name(inode), clone, name);
          return;
        } catch (SystemCallException e) {
          // A deletion of the state took the pin away between the two calls.
          if (!e.errno().equals(Errno.ENOENT) || attempt == PIN_TRIES) {
            throw e;
          }
        }
      }
    }
  }

  /** Whether {@code file} of a directory is the pin of this state: nobody else can make one. */
  boolean isPin(long inode, Descriptor directory, byte[] file) throws SystemCallException {
    try (Descriptor pins = open(PINS)) {
      return calls.status(directory, file).inode()
          == calls.status(pins, Inodes.name(inode)).inode();
    } catch (SystemCallException e) {
      return absent(e, false);
    }
  }

  /** Opens a state that was deleted while it was in use. */
  Descriptor openKept(long inode) throws SystemCallException {
    try (Descriptor kept = open(KEPT)) {
      return calls.openDirectory(kept, Inodes.name(inode));
    }
  }

  /**
   * Takes a state that nobody shall see any more, under a name it has just been moved to: keeps it
   * if clones stand on it.
   *
   * @return whether it was kept; otherwise the caller deletes it
   */
  boolean retire(long inode, byte[] staged) throws SystemCallException {
    if (links(inode) > 1) {
      try (Descriptor kept = openOrMake(KEPT)) {
        calls.rename(states, staged, kept, Inodes.name(inode));
      }
      // The last clone may have gone before it could see this.
      collect(inode);
      return true;
    }
    if (links(inode) == 1) {
      try (Descriptor pins = open(PINS)) {
        unlink(pins, Inodes.name(inode));
      }
    }
    return false;
  }

  /** Deletes a kept state when its last clone has gone. */
  void collect(long inode) throws SystemCallException {
    byte[] staged = StagingName.nextBytes();
    try (Descriptor place = calls.openDirectory(states, PLACE_NAME);
        Descriptor kept = calls.openDirectory(place, KEPT);
        Descriptor pins = calls.openDirectory(place, PINS)) {
      if (links(inode) > 1 || !calls.exists(kept, Inodes.name(inode))) {
        return;
      }
      calls.rename(kept, Inodes.name(inode), place, staged);
      unlink(pins, Inodes.name(inode));
      new TreeDeletion(calls).delete(place, staged);
    } catch (SystemCallException e) {
      boolean ignored = absent(e, false);
    }
  }

  /** Deletes what crashed deletions left. */
  void sweep() throws SystemCallException {
    try (Descriptor place = calls.openDirectory(states, PLACE_NAME)) {
      for (DirectoryEntry entry : calls.list(place)) {
        if (StagingName.matches(entry.name())) {
          new TreeDeletion(calls).delete(place, entry.name());
        }
      }
      try (Descriptor kept = calls.openDirectory(place, KEPT)) {
        for (DirectoryEntry entry : calls.list(kept)) {
          collect(Inodes.parse(Names.text(entry.name())));
        }
      }
    } catch (SystemCallException e) {
      boolean ignored = absent(e, false);
    }
  }

  private long links(long inode) throws SystemCallException {
    try (Descriptor pins = open(PINS)) {
      return calls.status(pins, Inodes.name(inode)).links();
    } catch (SystemCallException e) {
      return absent(e, 0L);
    }
  }

  private Descriptor open(byte[] name) throws SystemCallException {
    try (Descriptor place = calls.openDirectory(states, PLACE_NAME)) {
      return calls.openDirectory(place, name);
    }
  }

  private Descriptor openOrMake(byte[] name) throws SystemCallException {
    try {
      return open(name);
    } catch (SystemCallException e) {
      boolean ignored = absent(e, false);
    }
    makeDirectory(states, PLACE_NAME);
    try (Descriptor place = calls.openDirectory(states, PLACE_NAME)) {
      makeDirectory(place, name);
      return calls.openDirectory(place, name);
    }
  }

  private void makeDirectory(Descriptor parent, byte[] name) throws SystemCallException {
    try {
      calls.makeDirectory(parent, name, PRIVATE_MODE);
    } catch (SystemCallException e) {
      present(e);
    }
  }

  private void makeFile(Descriptor parent, byte[] name) throws SystemCallException {
    if (calls.exists(parent, name)) {
      return;
    }
    try {
      calls.createFile(parent, name, PRIVATE_FILE_MODE).close();
    } catch (SystemCallException e) {
      present(e);
    }
  }

  private void unlink(Descriptor parent, byte[] name) throws SystemCallException {
    try {
      calls.unlink(parent, name);
    } catch (SystemCallException e) {
      boolean ignored = absent(e, false);
    }
  }

  /** Passes over a failure because somebody else was quicker to make something. */
  private static void present(SystemCallException e) throws SystemCallException {
    if (!e.errno().equals(Errno.EEXIST)) {
      throw e;
    }
  }

  private static <T> T absent(SystemCallException e, T instead) throws SystemCallException {
    if (e.errno().equals(Errno.ENOENT)) {
      return instead;
    }
    throw e;
  }
}
