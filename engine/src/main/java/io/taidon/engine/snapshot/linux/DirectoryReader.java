package io.taidon.engine.snapshot.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Reads a directory to its end: {@code getdents64(2)}. */
final class DirectoryReader {
  // struct linux_dirent64: d_ino 8 bytes, d_off 8, d_reclen 2, d_type 1, d_name.
  private static final long RECORD_LENGTH = 16;
  private static final long TYPE = 18;
  private static final long NAME = 19;

  private final SystemCalls calls;
  private final Platform platform;
  private final MemorySegment records;

  DirectoryReader(SystemCalls calls, Platform platform, MemorySegment records) {
    this.calls = calls;
    this.platform = platform;
    this.records = records;
  }

  List<DirectoryEntry> list(Descriptor directory) throws SystemCallException {
    // A new description, because reading moves the offset of the one it reads from.
    List<DirectoryEntry> entries;
    try (Descriptor own = calls.openDirectory(directory, Names.bytes("."))) {
      entries = readAll(own);
    }
    for (int i = 0; i < entries.size(); i++) {
      DirectoryEntry entry = entries.get(i);
      if (entry.type() == DirectoryEntry.Type.UNKNOWN) {
        FileStatus status = calls.status(directory, entry.name());
        entries.set(i, new DirectoryEntry(entry.name(), DirectoryEntry.Type.of(status)));
      }
    }
    return entries;
  }

  private List<DirectoryEntry> readAll(Descriptor directory) throws SystemCallException {
    List<DirectoryEntry> entries = new ArrayList<>();
    long filled;
    while ((filled = readSome(directory)) > 0) {
      long start = 0;
      while (start < filled) {
        long length =
            Short.toUnsignedLong(records.get(JAVA_SHORT_UNALIGNED, start + RECORD_LENGTH));
        addUnlessDots(entries, records.asSlice(start, length));
        start += length;
      }
    }
    return entries;
  }

  private long readSome(Descriptor directory) throws SystemCallException {
    return calls.check(
        "getdents64",
        SystemCalls.EMPTY_NAME,
        () ->
            (long)
                NativeFunctions.SYSCALL_GETDENTS64.invokeExact(
                    calls.errno(),
                    platform.getdents64(),
                    directory.number(),
                    records,
                    records.byteSize()));
  }

  private static void addUnlessDots(List<DirectoryEntry> entries, MemorySegment record) {
    byte[] name = name(record);
    if (!isDots(name)) {
      entries.add(
          new DirectoryEntry(name, DirectoryEntry.Type.ofKernel(record.get(JAVA_BYTE, TYPE))));
    }
  }

  private static byte[] name(MemorySegment record) {
    long end = NAME;
    while (record.get(JAVA_BYTE, end) != 0) {
      end++;
    }
    return record.asSlice(NAME, end - NAME).toArray(JAVA_BYTE);
  }

  private static boolean isDots(byte[] name) {
    return (name.length == 1 && name[0] == '.')
        || (name.length == 2 && name[0] == '.' && name[1] == '.');
  }
}
