package io.taidon.engine.snapshot.overlay;

import io.taidon.engine.snapshot.linux.Errno;
import io.taidon.engine.snapshot.linux.Names;
import io.taidon.engine.snapshot.linux.SystemCallException;

/** Inode numbers as file names: unsigned, decimal. */
final class Inodes {
  private Inodes() {}

  static byte[] name(long inode) {
    return Names.bytes(Long.toUnsignedString(inode));
  }

  static long parse(String text) throws SystemCallException {
    try {
      return Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      throw new SystemCallException("read", text, Errno.EINVAL);
    }
  }
}
