package io.taidon.engine.snapshot.reflink;

import io.taidon.engine.snapshot.linux.Descriptor;
import io.taidon.engine.snapshot.linux.FileContents;
import io.taidon.engine.snapshot.linux.FileStatus;
import io.taidon.engine.snapshot.linux.SystemCallException;
import io.taidon.engine.snapshot.linux.SystemCalls;
import io.taidon.engine.snapshot.tree.FileCopier;
import java.util.function.BooleanSupplier;

/** Fills a file by sharing the blocks of another: {@code ioctl_ficlone(2)}. */
final class BlockSharing implements FileCopier {
  private final FileContents contents;

  BlockSharing(SystemCalls calls) {
    this.contents = new FileContents(calls);
  }

  @Override
  public void copy(
      Descriptor source, FileStatus sourceStatus, Descriptor target, BooleanSupplier stopped)
      throws SystemCallException {
    contents.share(source, target);
  }
}
