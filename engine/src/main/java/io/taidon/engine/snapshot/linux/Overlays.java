package io.taidon.engine.snapshot.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The system calls around overlayfs, as {@code Documentation/filesystems/overlayfs.rst} of the
 * kernel and section 2 of the manual define them. Directories are given to {@code mount(2)} as open
 * descriptors ({@code /proc/self/fd/N}): so names need no escaping, have no length limit, and a
 * link that somebody plants leads nowhere.
 */
public final class Overlays {
  private static final long OPEN_TREE = 428;
  private static final int OPEN_TREE_CLONE = 1;
  private static final int O_CLOEXEC = 0x80000;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int RENAME_EXCHANGE = 2;
  private static final long MS_NOSUID = 2;
  private static final long MS_NODEV = 4;
  private static final int MNT_DETACH = 2;
  private static final int UMOUNT_NOFOLLOW = 8;
  private static final int TEXT_BYTES = 4096;
  private static final String EVERYBODY = "0 0 4294967295";

  /**
   * Whether this process is in the first user namespace, the only one whose root may use {@code
   * trusted.} attributes.
   */
  private static final boolean FIRST_USER_NAMESPACE = inFirstUserNamespace();

  private final SystemCalls calls;
  private final MemorySegment name;
  private final MemorySegment text;

  public Overlays(SystemCalls calls) {
    this.calls = calls;
    this.name = calls.allocate(256);
    this.text = calls.allocate(TEXT_BYTES);
  }

  private static boolean inFirstUserNamespace() {
    try {
      String map = Files.readString(Path.of("/proc/self/uid_map")).strip().replaceAll("\\s+", " ");
      return map.equals(EVERYBODY);
    } catch (IOException e) {
      return true;
    }
  }

  /**
   * Mounts {@code upper} over {@code lower} at a directory; setuid programs and devices in it do
   * not work. Directories can be renamed only in the first user namespace: elsewhere the kernel
   * does not keep where they came from, and {@code rename(2)} of one of the lower layer gives
   * EXDEV.
   *
   * @param durable whether {@code fsync(2)} and unmounting bring data to disk; otherwise neither
   *     does anything, and the same {@code work} cannot be mounted again
   */
  public void mount(
      Descriptor lower, Descriptor upper, Descriptor work, Descriptor target, boolean durable)
      throws SystemCallException {
    String options =
        "lowerdir="
            + link(lower)
            + ",upperdir="
            + link(upper)
            + ",workdir="
            + link(work)
            + ",index=off,metacopy=off"
            + (FIRST_USER_NAMESPACE ? ",redirect_dir=on" : ",userxattr")
            + (durable ? "" : ",volatile");
    MemorySegment type = fill(name, "overlay");
    MemorySegment where = calls.buffers().name(Names.bytes(link(target)));
    MemorySegment data = fill(text, options);
    calls.check(
        "mount",
        Names.bytes("overlay"),
        () ->
            (int)
                NativeFunctions.MOUNT.invokeExact(
                    calls.errno(), type, where, type, MS_NOSUID | MS_NODEV, data));
  }

  /**
   * Unmounts what is mounted on a name. EBUSY while a process works there, unless {@code detach}:
   * then it goes when the last of them does.
   */
  public void unmount(Descriptor parent, byte[] directory, boolean detach)
      throws SystemCallException {
    MemorySegment where =
        calls.buffers().name(Names.bytes(link(parent) + "/" + Names.text(directory)));
    int flags = UMOUNT_NOFOLLOW | (detach ? MNT_DETACH : 0);
    calls.check(
        "umount",
        directory,
        () -> (int) NativeFunctions.UMOUNT2.invokeExact(calls.errno(), where, flags));
  }

  /** A directory as it is below everything that is mounted inside it: {@code open_tree(2)}. */
  public Descriptor underneath(Descriptor directory) throws SystemCallException {
    MemorySegment empty = calls.buffers().name(SystemCalls.EMPTY_NAME);
    int flags = OPEN_TREE_CLONE | O_CLOEXEC | AT_EMPTY_PATH;
    return new Descriptor(
        (int)
            calls.check(
                "open_tree",
                SystemCalls.EMPTY_NAME,
                () ->
                    (long)
                        NativeFunctions.SYSCALL_OPEN_TREE.invokeExact(
                            calls.errno(), OPEN_TREE, directory.number(), empty, flags)));
  }

  /** An attribute that overlayfs keeps on a directory of an upper layer. */
  public Optional<byte[]> attribute(Descriptor directory, String attribute)
      throws SystemCallException {
    String full = (FIRST_USER_NAMESPACE ? "trusted" : "user") + ".overlay." + attribute;
    MemorySegment key = fill(name, full);
    try {
      long length =
          calls.check(
              "fgetxattr",
              Names.bytes(full),
              () ->
                  (long)
                      NativeFunctions.FGETXATTR.invokeExact(
                          calls.errno(), directory.number(), key, text, (long) TEXT_BYTES));
      return Optional.of(text.asSlice(0, length).toArray(JAVA_BYTE));
    } catch (SystemCallException e) {
      if (e.errno().equals(Errno.ENODATA) || e.errno().equals(Errno.EOPNOTSUPP)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Gives a file, or a symbolic link itself, another name. */
  public void link(Descriptor parent, byte[] from, Descriptor newParent, byte[] to)
      throws SystemCallException {
    MemorySegment oldName = calls.buffers().name(from);
    MemorySegment newName = calls.buffers().otherName(to);
    calls.check(
        "link",
        from,
        () ->
            (int)
                NativeFunctions.LINKAT.invokeExact(
                    calls.errno(), parent.number(), oldName, newParent.number(), newName, 0));
  }

  /** Swaps two names of one directory, at once. */
  public void exchange(Descriptor parent, byte[] one, byte[] other) throws SystemCallException {
    MemorySegment from = calls.buffers().name(one);
    MemorySegment to = calls.buffers().otherName(other);
    calls.check(
        "rename",
        one,
        () ->
            (long)
                NativeFunctions.SYSCALL_RENAMEAT2.invokeExact(
                    calls.errno(),
                    calls.platform().renameat2(),
                    parent.number(),
                    from,
                    parent.number(),
                    to,
                    RENAME_EXCHANGE));
  }

  private static String link(Descriptor descriptor) {
    return "/proc/self/fd/" + descriptor.number();
  }

  private static MemorySegment fill(MemorySegment buffer, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.US_ASCII);
    MemorySegment.copy(bytes, 0, buffer, JAVA_BYTE, 0, bytes.length);
    buffer.set(JAVA_BYTE, bytes.length, (byte) 0);
    return buffer;
  }
}
