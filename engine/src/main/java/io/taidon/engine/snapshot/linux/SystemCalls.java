package io.taidon.engine.snapshot.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/**
 * Linux system calls on open directories and single names, for one thread: it owns the buffers that
 * the calls reuse. No call follows a symbolic link in the last component of a name. Sections 2 and
 * 3 of the manual describe each call.
 */
public final class SystemCalls implements AutoCloseable {
  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_REMOVEDIR = 0x200;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int O_CREAT_EXCL_WRONLY = 0x40 | 0x80 | 0x1;
  private static final int O_NONBLOCK = 0x800;
  private static final int O_CLOEXEC = 0x80000;
  private static final int O_PATH = 0x200000;
  private static final int RENAME_NOREPLACE = 1;
  private static final int STATX_BASIC_STATS = 0x7ff;
  private static final long STATX_ATTR_MOUNT_ROOT = 0x2000;
  static final byte[] EMPTY_NAME = {};

  private final Platform platform;
  private final NativeBuffers buffers = new NativeBuffers();

  private SystemCalls(Platform platform) {
    this.platform = platform;
  }

  /** The calls for the current thread, which must close them. */
  public static SystemCalls open() {
    return new SystemCalls(
        Platform.current()
            .orElseThrow(() ->
                new UnsupportedOperationException(
                    "Linux system calls are unsupported on this machine: it is not Linux on"
                        + " x86-64 or arm64.")));
  }

  /** Opens a directory by path; ancestors may be symbolic links, the directory itself may not. */
  public Descriptor openDirectory(Path path) throws SystemCallException {
    return open(AT_FDCWD, Names.bytes(path), directoryFlags(), 0);
  }

  public Descriptor openDirectory(Descriptor parent, byte[] name) throws SystemCallException {
    return open(parent.number(), name, directoryFlags(), 0);
  }

  /** Opens a file for reading. Does not block on a pipe, opens no symbolic link. */
  public Descriptor openFile(Descriptor parent, byte[] name) throws SystemCallException {
    return open(parent.number(), name, platform.noFollowFlag() | O_NONBLOCK | O_CLOEXEC, 0);
  }

  /** Makes a new file and opens it for writing. */
  public Descriptor createFile(Descriptor parent, byte[] name, int permissions)
      throws SystemCallException {
    return open(parent.number(), name, O_CREAT_EXCL_WRONLY | O_CLOEXEC, permissions);
  }

  public void makeDirectory(Descriptor parent, byte[] name, int permissions)
      throws SystemCallException {
    MemorySegment path = buffers.name(name);
    check(
        "mkdir",
        name,
        () ->
            (int)
                NativeFunctions.MKDIRAT.invokeExact(
                    buffers.errno(), parent.number(), path, permissions));
  }

  /** Removes a name that is not a directory. */
  public void unlink(Descriptor parent, byte[] name) throws SystemCallException {
    unlink("unlink", parent, name, 0);
  }

  /** Removes an empty directory. */
  public void removeDirectory(Descriptor parent, byte[] name) throws SystemCallException {
    unlink("rmdir", parent, name, AT_REMOVEDIR);
  }

  private void unlink(String call, Descriptor parent, byte[] name, int flags)
      throws SystemCallException {
    MemorySegment path = buffers.name(name);
    check(
        call,
        name,
        () ->
            (int)
                NativeFunctions.UNLINKAT.invokeExact(
                    buffers.errno(), parent.number(), path, flags));
  }

  /** Renames; fails with EEXIST where the target exists. */
  public void rename(Descriptor parent, byte[] name, Descriptor newParent, byte[] newName)
      throws SystemCallException {
    try {
      renameWithoutReplacing(parent, name, newParent, newName);
    } catch (SystemCallException e) {
      if (!e.errno().equals(Errno.EINVAL) && !e.errno().equals(Errno.ENOSYS)) {
        throw e;
      }
      renameWhereFree(parent, name, newParent, newName);
    }
  }

  private void renameWithoutReplacing(
      Descriptor parent, byte[] name, Descriptor newParent, byte[] newName)
      throws SystemCallException {
    MemorySegment from = buffers.name(name);
    MemorySegment to = buffers.otherName(newName);
    check(
        "rename",
        name,
        () ->
            (long)
                NativeFunctions.SYSCALL_RENAMEAT2.invokeExact(
                    buffers.errno(),
                    platform.renameat2(),
                    parent.number(),
                    from,
                    newParent.number(),
                    to,
                    RENAME_NOREPLACE));
  }

  /** For file systems that do not know RENAME_NOREPLACE. */
  private void renameWhereFree(Descriptor parent, byte[] name, Descriptor newParent, byte[] newName)
      throws SystemCallException {
    if (exists(newParent, newName)) {
      throw new SystemCallException("rename", Names.text(newName), Errno.EEXIST);
    }
    MemorySegment from = buffers.name(name);
    MemorySegment to = buffers.otherName(newName);
    check(
        "rename",
        name,
        () ->
            (int)
                NativeFunctions.RENAMEAT.invokeExact(
                    buffers.errno(), parent.number(), from, newParent.number(), to));
  }

  public void makeSymbolicLink(byte[] content, Descriptor parent, byte[] name)
      throws SystemCallException {
    MemorySegment to = buffers.otherName(content);
    MemorySegment path = buffers.name(name);
    check(
        "symlink",
        name,
        () ->
            (int)
                NativeFunctions.SYMLINKAT.invokeExact(buffers.errno(), to, parent.number(), path));
  }

  public byte[] readSymbolicLink(Descriptor parent, byte[] name) throws SystemCallException {
    MemorySegment path = buffers.name(name);
    MemorySegment content = buffers.otherNameBuffer();
    long length =
        check(
            "readlink",
            name,
            () ->
                (long)
                    NativeFunctions.READLINKAT.invokeExact(
                        buffers.errno(),
                        parent.number(),
                        path,
                        content,
                        (long) NativeBuffers.PATH_BYTES));
    return content.asSlice(0, length).toArray(JAVA_BYTE);
  }

  public FileStatus status(Descriptor file) throws SystemCallException {
    return status(file.number(), EMPTY_NAME, AT_EMPTY_PATH);
  }

  /** The status of a name in a directory; of a symbolic link, its own. */
  public FileStatus status(Descriptor parent, byte[] name) throws SystemCallException {
    return status(parent.number(), name, AT_SYMLINK_NOFOLLOW);
  }

  public boolean exists(Descriptor parent, byte[] name) throws SystemCallException {
    try {
      status(parent, name);
      return true;
    } catch (SystemCallException e) {
      if (e.errno().equals(Errno.ENOENT)) {
        return false;
      }
      throw e;
    }
  }

  private FileStatus status(int directory, byte[] name, int flags) throws SystemCallException {
    MemorySegment path = buffers.name(name);
    MemorySegment result = buffers.result();
    check(
        "statx",
        name,
        () ->
            (int)
                NativeFunctions.STATX.invokeExact(
                    buffers.errno(), directory, path, flags, STATX_BASIC_STATS, result));
    return new FileStatus(
        Short.toUnsignedInt(result.get(JAVA_SHORT, 28)),
        result.get(JAVA_INT, 16),
        result.get(JAVA_INT, 20),
        result.get(JAVA_INT, 24),
        result.get(JAVA_LONG, 32),
        result.get(JAVA_LONG, 40),
        result.get(JAVA_LONG, 48),
        result.get(JAVA_LONG, 64),
        result.get(JAVA_INT, 72),
        result.get(JAVA_LONG, 112),
        result.get(JAVA_INT, 120),
        (result.get(JAVA_LONG, 8) & STATX_ATTR_MOUNT_ROOT) != 0);
  }

  /** Sets owner and group of an open file. */
  public void changeOwner(Descriptor file, int uid, int gid) throws SystemCallException {
    changeOwner(file.number(), EMPTY_NAME, uid, gid, AT_EMPTY_PATH);
  }

  /** Sets owner and group of a name; of a symbolic link, its own. */
  public void changeOwner(Descriptor parent, byte[] name, int uid, int gid)
      throws SystemCallException {
    changeOwner(parent.number(), name, uid, gid, AT_SYMLINK_NOFOLLOW);
  }

  private void changeOwner(int directory, byte[] name, int uid, int gid, int flags)
      throws SystemCallException {
    MemorySegment path = buffers.name(name);
    check(
        "chown",
        name,
        () ->
            (int)
                NativeFunctions.FCHOWNAT.invokeExact(
                    buffers.errno(), directory, path, uid, gid, flags));
  }

  public void changeMode(Descriptor file, int permissions) throws SystemCallException {
    check(
        "chmod",
        EMPTY_NAME,
        () ->
            (int) NativeFunctions.FCHMOD.invokeExact(buffers.errno(), file.number(), permissions));
  }

  /** Sets the mode of a directory that cannot be opened for want of permissions. */
  public void changeModeOfClosedDirectory(Descriptor parent, byte[] name, int permissions)
      throws SystemCallException {
    int pathOnly = O_PATH | platform.noFollowFlag() | platform.directoryFlag() | O_CLOEXEC;
    try (Descriptor directory = open(parent.number(), name, pathOnly, 0)) {
      // fchmod(2) refuses an O_PATH descriptor; its entry in /proc leads to the very same inode.
      MemorySegment path = buffers.name(Names.bytes("/proc/self/fd/" + directory.number()));
      check(
          "chmod",
          name,
          () ->
              (int)
                  NativeFunctions.FCHMODAT.invokeExact(
                      buffers.errno(), AT_FDCWD, path, permissions, 0));
    }
  }

  /** Gives an open file the access and modification times of another. */
  public void setTimes(Descriptor file, FileStatus times) throws SystemCallException {
    MemorySegment timespecs = timespecs(times);
    check(
        "futimens",
        EMPTY_NAME,
        () ->
            (int) NativeFunctions.FUTIMENS.invokeExact(buffers.errno(), file.number(), timespecs));
  }

  /** Gives a name the times of another file; a symbolic link gets them itself. */
  public void setTimes(Descriptor parent, byte[] name, FileStatus times)
      throws SystemCallException {
    MemorySegment path = buffers.name(name);
    MemorySegment timespecs = timespecs(times);
    check(
        "utimensat",
        name,
        () ->
            (int)
                NativeFunctions.UTIMENSAT.invokeExact(
                    buffers.errno(), parent.number(), path, timespecs, AT_SYMLINK_NOFOLLOW));
  }

  private MemorySegment timespecs(FileStatus times) {
    MemorySegment timespecs = buffers.result();
    timespecs.set(JAVA_LONG, 0, times.accessSeconds());
    timespecs.set(JAVA_LONG, 8, times.accessNanos());
    timespecs.set(JAVA_LONG, 16, times.modificationSeconds());
    timespecs.set(JAVA_LONG, 24, times.modificationNanos());
    return timespecs;
  }

  /**
   * What is in a directory, without {@code .} and {@code ..}, in the kernel's order. Types are
   * asked for where the file system does not keep them in directories.
   */
  public List<DirectoryEntry> list(Descriptor directory) throws SystemCallException {
    return new DirectoryReader(this, platform, buffers.directoryEntries()).list(directory);
  }

  /** Writes everything of the file system that this file is on to the disk: {@code syncfs(2)}. */
  public void syncFileSystem(Descriptor file) throws SystemCallException {
    check(
        "syncfs",
        EMPTY_NAME,
        () -> (int) NativeFunctions.SYNCFS.invokeExact(buffers.errno(), file.number()));
  }

  /** Type and free space of the file system: {@code fstatfs(2)}. */
  public FileSystemStatus fileSystem(Descriptor file) throws SystemCallException {
    MemorySegment result = buffers.result();
    check(
        "fstatfs",
        EMPTY_NAME,
        () -> (int) NativeFunctions.FSTATFS.invokeExact(buffers.errno(), file.number(), result));
    long freeBlocks = result.get(JAVA_LONG, 32);
    return new FileSystemStatus(result.get(JAVA_LONG, 0), freeBlocks * result.get(JAVA_LONG, 8));
  }

  /** Makes the ioctl request with a pointer to {@code argument}. */
  void ioctl(Descriptor file, String requestName, long request, MemorySegment argument, byte[] name)
      throws SystemCallException {
    check(
        requestName,
        name,
        () ->
            (int)
                NativeFunctions.IOCTL.invokeExact(
                    buffers.errno(), file.number(), request, argument));
  }

  Platform platform() {
    return platform;
  }

  NativeBuffers buffers() {
    return buffers;
  }

  MemorySegment errno() {
    return buffers.errno();
  }

  /** Memory that lives as long as these calls. */
  public MemorySegment allocate(long bytes) {
    return buffers.allocate(bytes);
  }

  @Override
  public void close() {
    buffers.close();
  }

  private int directoryFlags() {
    return platform.directoryFlag() | platform.noFollowFlag() | O_CLOEXEC;
  }

  private Descriptor open(int directory, byte[] name, int flags, int mode)
      throws SystemCallException {
    MemorySegment path = buffers.name(name);
    return new Descriptor(
        (int)
            check(
                "open",
                name,
                () ->
                    (int)
                        NativeFunctions.OPENAT.invokeExact(
                            buffers.errno(), directory, path, flags, mode)));
  }

  /** A native function with its arguments. */
  interface Call {
    long make() throws Throwable;
  }

  /** The result of a call whose failure is a negative number and an errno. */
  long check(String call, byte[] name, Call invocation) throws SystemCallException {
    long result;
    try {
      result = invocation.make();
    } catch (Throwable e) {
      throw new AssertionError("a system call does not throw", e);
    }
    if (result < 0) {
      throw new SystemCallException(
          call, Names.text(name), new Errno(NativeFunctions.errno(buffers.errno())));
    }
    return result;
  }
}
