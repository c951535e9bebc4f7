package io.taidon.engine.snapshot.tree;

import io.taidon.engine.snapshot.linux.Descriptor;
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
  private final MappedFiles mapped;
  private final InodeBytes inodes;
  private long ownBytes;

  private TreeDifference(SystemCalls calls, InodeBytes inodes) {
    this.calls = calls;
    this.inodes = inodes;
    this.mapped = new MappedFiles(calls);
  }

  /**
   * The bytes that the tree in {@code top} has beyond the one in {@code origin}; without one, all
   * that it takes.
   */
  public static long ownBytes(SystemCalls calls, Descriptor top, Optional<Descriptor> origin)
      throws SystemCallException {
    TreeDifference difference = new TreeDifference(calls, InodeBytes.of(calls, top));
    new TreeWalk(calls).walk(top, difference.new Beside(origin));
    return difference.ownBytes;
  }

  /** Sees a directory beside the one of the same name in the origin, which is closed with it. */
  private final class Beside implements TreeWalk.Visitor {
    private final Optional<Descriptor> origin;

    Beside(Optional<Descriptor> origin) {
      this.origin = origin;
    }

    @Override
    public void directory(Descriptor directory) throws SystemCallException {
      ownBytes += inodes.ofDirectory(calls.status(directory));
    }

    @Override
    public void file(Descriptor file, byte[] name) throws SystemCallException {
      FileStatus status = calls.status(file);
      Optional<Descriptor> same = open(origin, name, calls::openFile);
      try {
        ownBytes += ownBytes(file, status, same);
      } finally {
        same.ifPresent(Descriptor::close);
      }
    }

    @Override
    public TreeWalk.Visitor enter(byte[] name) {
      return new Beside(open(origin, name, calls::openDirectory));
    }

    @Override
    public void close() {
      origin.ifPresent(Descriptor::close);
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
    return mapped.ask(extents -> beyond(extents, file, same)).orElse(status.allocatedBytes());
  }

  private static long beyond(ExtentMap extents, Descriptor file, Optional<Descriptor> same)
      throws SystemCallException {
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
