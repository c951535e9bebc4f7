package io.taidon.engine.snapshot.tree;

import io.taidon.engine.snapshot.linux.Errno;
import io.taidon.engine.snapshot.linux.ExtentMap;
import io.taidon.engine.snapshot.linux.SystemCallException;
import io.taidon.engine.snapshot.linux.SystemCalls;
import java.util.OptionalLong;

/**
 * Where the files of one file system lie, if it tells. One that does not (tmpfs) shares nothing
 * between files, and is not asked again. Not thread-safe.
 */
final class MappedFiles {
  private final ExtentMap extents;
  private boolean tells = true;

  MappedFiles(SystemCalls calls) {
    this.extents = new ExtentMap(calls);
  }

  /** A question about the extents of a file. */
  @FunctionalInterface
  interface Question {
    long ask(ExtentMap extents) throws SystemCallException;
  }

  /** The answer; empty where the file system does not tell. */
  OptionalLong ask(Question question) throws SystemCallException {
    if (!tells) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(question.ask(extents));
    } catch (SystemCallException e) {
      if (!e.errno().equals(Errno.EOPNOTSUPP) && !e.errno().equals(Errno.ENOTTY)) {
        throw e;
      }
      tells = false;
      return OptionalLong.empty();
    }
  }
}
