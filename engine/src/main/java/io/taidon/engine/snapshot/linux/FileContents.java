package io.taidon.engine.snapshot.linux;

import java.lang.foreign.MemorySegment;

/** Reads, writes and shares what is in open files; for the thread that owns the system calls. */
public final class FileContents {
  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;
  private static final Errno ENXIO = new Errno(6);
  private static final long FICLONE = 0x40049409L;

  private final SystemCalls calls;

  public FileContents(SystemCalls calls) {
    this.calls = calls;
  }

  /** The start of the next data at or after the offset, or -1 where only a hole follows. */
  public long seekData(Descriptor file, long offset) throws SystemCallException {
    try {
      return seek(file, offset, SEEK_DATA);
    } catch (SystemCallException e) {
      if (e.errno().equals(ENXIO)) {
        return -1;
      }
      throw e;
    }
  }

  /** The start of the next hole at or after the offset; the end of the file counts as one. */
  public long seekHole(Descriptor file, long offset) throws SystemCallException {
    return seek(file, offset, SEEK_HOLE);
  }

  private long seek(Descriptor file, long offset, int whence) throws SystemCallException {
    return calls.check(
        "lseek",
        SystemCalls.EMPTY_NAME,
        () ->
            (long) NativeFunctions.LSEEK.invokeExact(calls.errno(), file.number(), offset, whence));
  }

  /** Reads at an offset; 0 means the end of the file. */
  public long read(Descriptor file, MemorySegment buffer, long bytes, long offset)
      throws SystemCallException {
    return calls.check(
        "pread",
        SystemCalls.EMPTY_NAME,
        () ->
            (long)
                NativeFunctions.PREAD.invokeExact(
                    calls.errno(), file.number(), buffer, bytes, offset));
  }

  /** Writes all of the bytes at an offset. */
  public void write(Descriptor file, MemorySegment buffer, long bytes, long offset)
      throws SystemCallException {
    long written = 0;
    while (written < bytes) {
      MemorySegment rest = buffer.asSlice(written, bytes - written);
      long position = offset + written;
      written +=
          calls.check(
              "pwrite",
              SystemCalls.EMPTY_NAME,
              () ->
                  (long)
                      NativeFunctions.PWRITE.invokeExact(
                          calls.errno(), file.number(), rest, rest.byteSize(), position));
    }
  }

  public void truncate(Descriptor file, long size) throws SystemCallException {
    calls.check(
        "ftruncate",
        SystemCalls.EMPTY_NAME,
        () -> (int) NativeFunctions.FTRUNCATE.invokeExact(calls.errno(), file.number(), size));
  }

  /** Lets the target share all blocks of the source: {@code ioctl_ficlone(2)}. */
  public void share(Descriptor source, Descriptor target) throws SystemCallException {
    calls.check(
        "ioctl FICLONE",
        SystemCalls.EMPTY_NAME,
        () ->
            (int)
                NativeFunctions.IOCTL_NUMBER.invokeExact(
                    calls.errno(), target.number(), FICLONE, (long) source.number()));
  }
}
