package io.taidon.engine.snapshot.tree;

import io.taidon.engine.snapshot.linux.Descriptor;
import io.taidon.engine.snapshot.linux.FileStatus;
import io.taidon.engine.snapshot.linux.SystemCallException;
import io.taidon.engine.snapshot.linux.SystemCalls;

/**
 * What a tree takes beside the content of its files: inodes, and the entries of directories. On XFS
 * each clone has its own, half a megabyte for a small cluster; btrfs shares them with the content,
 * and ext4 has all inodes from the start.
 *
 * @param each bytes of one inode
 */
record InodeBytes(long each) {
  /** The size that mkfs.xfs(8) chooses. */
  private static final long XFS = 512;

  static InodeBytes of(SystemCalls calls, Descriptor top) throws SystemCallException {
    return new InodeBytes(calls.fileSystem(top).isXfs() ? XFS : 0);
  }

  long ofFile() {
    return each;
  }

  long ofDirectory(FileStatus directory) {
    return each == 0 ? 0 : each + directory.allocatedBytes();
  }
}
