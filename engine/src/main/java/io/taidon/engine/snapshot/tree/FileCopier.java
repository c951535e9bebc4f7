package io.taidon.engine.snapshot.tree;

import io.taidon.engine.snapshot.linux.Descriptor;
import io.taidon.engine.snapshot.linux.FileStatus;
import io.taidon.engine.snapshot.linux.SystemCallException;
import io.taidon.engine.snapshot.linux.SystemCalls;
import java.util.function.BooleanSupplier;

/** Fills a new, empty file with what another holds. One per thread. */
@FunctionalInterface
public interface FileCopier {
  /** Copies; returns early, whatever it has done, once {@code stopped} is true. */
  void copy(Descriptor source, FileStatus sourceStatus, Descriptor target, BooleanSupplier stopped)
      throws SystemCallException;

  /** Makes a copier for the thread that owns the system calls. */
  @FunctionalInterface
  interface Factory {
    FileCopier copier(SystemCalls calls);
  }
}
