package io.taidon.engine.snapshot.tree;

import io.taidon.engine.snapshot.Usage;
import io.taidon.engine.snapshot.linux.Descriptor;
import io.taidon.engine.snapshot.linux.DirectoryEntry;
import io.taidon.engine.snapshot.linux.Errno;
import io.taidon.engine.snapshot.linux.ExtentMap;
import io.taidon.engine.snapshot.linux.FileStatus;
import io.taidon.engine.snapshot.linux.SystemCallException;
import io.taidon.engine.snapshot.linux.SystemCalls;
import java.util.OptionalLong;

/**
 * Adds up the regular files of one tree. A file with another name somewhere counts as shared: it
 * stays when this tree goes.
 */
public final class TreeUsage {
  private final SystemCalls calls;
  private final ExtentMap extents;
  private final InodeBytes inodes;
  private boolean hasExtents = true;
  private long logicalBytes;
  private long exclusiveBytes;
  private long files;

  private TreeUsage(SystemCalls calls, InodeBytes inodes) {
    this.calls = calls;
    this.inodes = inodes;
    this.extents = new ExtentMap(calls);
  }

  public static Usage measure(SystemCalls calls, Descriptor parent, byte[] name)
      throws SystemCallException {
    try (Descriptor top = calls.openDirectory(parent, name)) {
      TreeUsage usage = new TreeUsage(calls, InodeBytes.of(calls, top));
      usage.add(top);
      return new Usage(usage.logicalBytes, OptionalLong.of(usage.exclusiveBytes), usage.files);
    }
  }

  private void add(Descriptor directory) throws SystemCallException {
    exclusiveBytes += inodes.ofDirectory(calls.status(directory));
    for (DirectoryEntry entry : calls.list(directory)) {
      try {
        add(directory, entry);
      } catch (SystemCallException e) {
        if (!e.errno().equals(Errno.ENOENT)) {
          throw e;
        }
        // A server that runs meanwhile removes files.
      }
    }
  }

  private void add(Descriptor directory, DirectoryEntry entry) throws SystemCallException {
    switch (entry.type()) {
      case DIRECTORY -> {
        try (Descriptor inner = calls.openDirectory(directory, entry.name())) {
          add(inner);
        }
      }
      case REGULAR -> addFile(directory, entry.name());
      case SYMBOLIC_LINK, SPECIAL, UNKNOWN -> {}
    }
  }

  private void addFile(Descriptor directory, byte[] name) throws SystemCallException {
    try (Descriptor file = calls.openFile(directory, name)) {
      FileStatus status = calls.status(file);
      files++;
      logicalBytes += status.size();
      exclusiveBytes += status.links() > 1 ? 0 : inodes.ofFile() + exclusiveBytes(file, status);
    }
  }

  private long exclusiveBytes(Descriptor file, FileStatus status) throws SystemCallException {
    if (hasExtents && status.blocks() > 0) {
      try {
        return extents.exclusiveBytes(file);
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
}
