package io.taidon.engine.snapshot.tree;

import io.taidon.engine.snapshot.Usage;
import io.taidon.engine.snapshot.linux.Descriptor;
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
  private final MappedFiles mapped;
  private final InodeBytes inodes;
  private long logicalBytes;
  private long exclusiveBytes;
  private long files;

  private TreeUsage(SystemCalls calls, InodeBytes inodes) {
    this.calls = calls;
    this.inodes = inodes;
    this.mapped = new MappedFiles(calls);
  }

  public static Usage measure(SystemCalls calls, Descriptor parent, byte[] name)
      throws SystemCallException {
    try (Descriptor top = calls.openDirectory(parent, name)) {
      TreeUsage usage = new TreeUsage(calls, InodeBytes.of(calls, top));
      new TreeWalk(calls).walk(top, usage.new Sum());
      return new Usage(usage.logicalBytes, OptionalLong.of(usage.exclusiveBytes), usage.files);
    }
  }

  private final class Sum implements TreeWalk.SameEverywhere {
    @Override
    public void directory(Descriptor directory) throws SystemCallException {
      exclusiveBytes += inodes.ofDirectory(calls.status(directory));
    }

    @Override
    public void file(Descriptor file, byte[] name) throws SystemCallException {
      FileStatus status = calls.status(file);
      files++;
      logicalBytes += status.size();
      exclusiveBytes += status.links() > 1 ? 0 : inodes.ofFile() + contentBytes(file, status);
    }
  }

  private long contentBytes(Descriptor file, FileStatus status) throws SystemCallException {
    return status.blocks() == 0
        ? 0
        : mapped.ask(extents -> extents.exclusiveBytes(file)).orElse(status.allocatedBytes());
  }
}
