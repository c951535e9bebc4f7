package io.taidon.engine.snapshot.tree;

import io.taidon.engine.snapshot.linux.Descriptor;
import io.taidon.engine.snapshot.linux.DirectoryEntry;
import io.taidon.engine.snapshot.linux.Errno;
import io.taidon.engine.snapshot.linux.SystemCallException;
import io.taidon.engine.snapshot.linux.SystemCalls;

/**
 * A walk through a tree that opens its directories and regular files and passes over the rest. A
 * server that runs meanwhile removes files: what is gone before it is opened was never there.
 */
record TreeWalk(SystemCalls calls) {
  /** Sees one directory of the tree. One that was entered is closed when the walk leaves it. */
  interface Visitor extends AutoCloseable {
    /** The directory itself, before what is in it. */
    void directory(Descriptor directory) throws SystemCallException;

    /** A regular file in it. */
    void file(Descriptor file, byte[] name) throws SystemCallException;

    /** Who sees a directory in it. */
    Visitor enter(byte[] name) throws SystemCallException;

    @Override
    void close();
  }

  /** Sees the whole tree alike, wherever in it something is. */
  interface SameEverywhere extends Visitor {
    @Override
    default Visitor enter(byte[] name) {
      return this;
    }

    @Override
    default void close() {}
  }

  void walk(Descriptor directory, Visitor visitor) throws SystemCallException {
    visitor.directory(directory);
    for (DirectoryEntry entry : calls.list(directory)) {
      try {
        walk(directory, entry, visitor);
      } catch (SystemCallException e) {
        if (!e.errno().equals(Errno.ENOENT)) {
          throw e;
        }
      }
    }
  }

  private void walk(Descriptor directory, DirectoryEntry entry, Visitor visitor)
      throws SystemCallException {
    switch (entry.type()) {
      case DIRECTORY -> {
        try (Descriptor inner = calls.openDirectory(directory, entry.name());
            Visitor there = visitor.enter(entry.name())) {
          walk(inner, there);
        }
      }
      case REGULAR -> {
        try (Descriptor file = calls.openFile(directory, entry.name())) {
          visitor.file(file, entry.name());
        }
      }
      case SYMBOLIC_LINK, SPECIAL, UNKNOWN -> {}
    }
  }
}
