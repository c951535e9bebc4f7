package io.taidon.engine.snapshot.overlay;

import io.taidon.engine.snapshot.linux.Descriptor;
import io.taidon.engine.snapshot.linux.Errno;
import io.taidon.engine.snapshot.linux.FileContents;
import io.taidon.engine.snapshot.linux.Names;
import io.taidon.engine.snapshot.linux.SystemCallException;
import io.taidon.engine.snapshot.linux.SystemCalls;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/**
 * Which state a clone stands on, as it is written beside the clone's upper layer: the inode number
 * of the state's top directory, and its path.
 *
 * @param path relative to the directory that the clone is in, so that a store can move
 */
record LowerRecord(long inode, Path path) {
  /** An inode number, a line break and PATH_MAX. */
  private static final int MAXIMUM_BYTES = 4096 + 32;

  private static final int PRIVATE_FILE_MODE = 0600;

  void write(SystemCalls calls, Descriptor directory, byte[] name) throws SystemCallException {
    byte[] text = Names.bytes(Path.of(Long.toUnsignedString(inode) + "\n" + path));
    MemorySegment buffer = calls.allocate(text.length);
    MemorySegment.copy(text, 0, buffer, ValueLayout.JAVA_BYTE, 0, text.length);
    try (Descriptor file = calls.createFile(directory, name, PRIVATE_FILE_MODE)) {
      new FileContents(calls).write(file, buffer, text.length, 0);
    }
  }

  static LowerRecord read(SystemCalls calls, Descriptor directory, byte[] name)
      throws SystemCallException {
    MemorySegment buffer = calls.allocate(MAXIMUM_BYTES);
    try (Descriptor file = calls.openFile(directory, name)) {
      long length = new FileContents(calls).read(file, buffer, MAXIMUM_BYTES, 0);
      String text = Names.text(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
      int end = text.indexOf('\n');
      if (end < 0) {
        throw new SystemCallException("read", Names.text(name), Errno.EINVAL);
      }
      return new LowerRecord(
          Inodes.parse(text.substring(0, end)), Path.of(text.substring(end + 1)));
    }
  }
}
