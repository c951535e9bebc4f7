package io.taidon.engine.snapshot.tree;

import io.taidon.engine.snapshot.linux.Descriptor;
import io.taidon.engine.snapshot.linux.DirectoryEntry;
import io.taidon.engine.snapshot.linux.Errno;
import io.taidon.engine.snapshot.linux.ExtentMap;
import io.taidon.engine.snapshot.linux.ExtentMap.Places;
import io.taidon.engine.snapshot.linux.FileStatus;
import io.taidon.engine.snapshot.linux.SystemCallException;
import io.taidon.engine.snapshot.linux.SystemCalls;
import java.util.Optional;

/**
 * Adds up what one tree takes beyond another that it was made from: of each file the bytes that the
 * file of the same name there does not have too, be it as the same file or at the same place on the
 * medium. So the sum over a chain of trees counts shared bytes once.
 */
public final class TreeDifference {
  private final SystemCalls calls;
  private final ExtentMap extents;
  private final InodeBytes inodes;
  private boolean hasExtents = true;
  private long ownBytes;

  private TreeDifference(SystemCalls calls, InodeBytes inodes) {
    this.calls = calls;
    this.inodes = inodes;
    this.extents = new ExtentMap(calls);
  }

  /**
   * The bytes that the tree in {@code top} has beyond the one in {@code origin}; without one, all
   * that it takes.
   */
  public static long ownBytes(SystemCalls calls, Descriptor top, Optional<Descriptor> origin)
      throws SystemCallException {
    TreeDifference difference = new TreeDifference(calls, InodeBytes.of(calls, top));
    difference.add(top, origin);
    return difference.ownBytes;
  }

  private void add(Descriptor directory, Optional<Descriptor> origin) throws SystemCallException {
    ownBytes += inodes.ofDirectory(calls.status(directory));
    for (DirectoryEntry entry : calls.list(directory)) {
      try {
        add(directory, origin, entry);
      } catch (SystemCallException e) {
        if (!e.errno().equals(Errno.ENOENT)) {
          throw e;
        }
        // A server that runs meanwhile removes files.
      }
    }
  }

  private void add(Descriptor directory, Optional<Descriptor> origin, DirectoryEntry entry)
      throws SystemCallException {
    switch (entry.type()) {
      case DIRECTORY -> {
        try (Descriptor inner = calls.openDirectory(directory, entry.name())) {
          Optional<Descriptor> same = open(origin, entry.name(), calls::openDirectory);
          try {
            add(inner, same);
          } finally {
            same.ifPresent(Descriptor::close);
          }
        }
      }
      case REGULAR -> addFile(directory, origin, entry.name());
      case SYMBOLIC_LINK, SPECIAL, UNKNOWN -> {}
    }
  }

  private void addFile(Descriptor directory, Optional<Descriptor> origin, byte[] name)
      throws SystemCallException {
    try (Descriptor file = calls.openFile(directory, name)) {
      FileStatus status = calls.status(file);
      Optional<Descriptor> same = open(origin, name, calls::openFile);
      try {
        ownBytes += ownBytes(file, status, same);
      } finally {
        same.ifPresent(Descriptor::close);
      }
    }
  }

  private long ownBytes(Descriptor file, FileStatus status, Optional<Descriptor> same)
      throws SystemCallException {
    if (same.isPresent()
        && status.links() > 1
        && calls.status(same.get()).inode() == status.inode()) {
      return 0;
    }
    return inodes.ofFile() + contentBytes(file, status, same);
  }

  private long contentBytes(Descriptor file, FileStatus status, Optional<Descriptor> same)
      throws SystemCallException {
    if (hasExtents) {
      try {
        return beyond(file, same);
      } catch (SystemCallException e) {
        if (!e.errno().equals(Errno.EOPNOTSUPP) && !e.errno().equals(Errno.ENOTTY)) {
          throw e;
        }
        // No map of extents (tmpfs): such a file system shares nothing between files.
        hasExtents = false;
      }
    }
    return status.blocks() * 512;
  }

  private long beyond(Descriptor file, Optional<Descriptor> same) throws SystemCallException {
    long exclusive = extents.exclusiveBytes(file);
    Places shared = extents.shared(file);
    if (shared.isEmpty()) {
      return exclusive;
    }
    Places there = same.isPresent() ? extents.shared(same.get()) : new Places();
    return exclusive + shared.bytesBeyond(there);
  }

  /** Opens what has the same name in the origin, where there is such a thing. */
  private static Optional<Descriptor> open(
      Optional<Descriptor> origin, byte[] name, Opening opening) {
    if (origin.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(opening.open(origin.get(), name));
    } catch (SystemCallException e) {
      return Optional.empty();
    }
  }

  /** Opens a name in a directory. */
  private interface Opening {
    Descriptor open(Descriptor directory, byte[] name) throws SystemCallException;
  }
}
