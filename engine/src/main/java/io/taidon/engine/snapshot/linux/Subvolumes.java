package io.taidon.engine.snapshot.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;

/**
 * The subvolume requests of btrfs, as {@code linux/btrfs.h} and {@code ioctl(2)} define them. Each
 * acts on an open directory and one name in it.
 */
public final class Subvolumes {
  private static final long SUBVOL_CREATE_V2 = 0x50009418L;
  private static final long SNAP_CREATE_V2 = 0x50009417L;
  private static final long SNAP_DESTROY = 0x5000940fL;
  private static final long SUBVOL_GETFLAGS = 0x80089419L;
  private static final long SUBVOL_SETFLAGS = 0x4008941aL;
  private static final long GET_SUBVOL_INFO = 0x81f8943cL;
  private static final long SYNC = 0x9408L;
  private static final long READ_ONLY = 0x2;

  // struct btrfs_ioctl_vol_args_v2: fd, transid, flags, 4 unused words, name.
  private static final long FLAGS = 16;
  private static final long NAME = 56;
  // struct btrfs_ioctl_vol_args: fd, name.
  private static final long OLD_NAME = 8;
  // struct btrfs_ioctl_get_subvol_info_args: treeid, name[256], parent_id, dirid, generation,
  // flags,
  // uuid[16], parent_uuid[16], received_uuid[16], ctransid.
  private static final long UUID = 296;
  private static final long CHANGE = 344;
  private static final long ARGUMENT_BYTES = 4096;

  /** The longest name that the kernel's name lookup takes, shorter than BTRFS_SUBVOL_NAME_MAX. */
  private static final int NAME_MAX = 255;

  /** BTRFS_FIRST_FREE_OBJECTID, the inode number of the top directory of each subvolume. */
  private static final long TOP_INODE = 256;

  private final SystemCalls calls;
  private final MemorySegment argument;

  public Subvolumes(SystemCalls calls) {
    this.calls = calls;
    this.argument = calls.allocate(ARGUMENT_BYTES);
  }

  /** Whether a directory of btrfs is the top of a subvolume. */
  public static boolean isTop(FileStatus status) {
    return status.isDirectory() && status.inode() == TOP_INODE;
  }

  public void create(Descriptor parent, byte[] name) throws SystemCallException {
    prepare(NAME, name);
    calls.ioctl(parent, "ioctl SUBVOL_CREATE_V2", SUBVOL_CREATE_V2, argument, name);
  }

  /** Makes a snapshot of the subvolume whose top is {@code source}; atomic and durable. */
  public void snapshot(Descriptor source, Descriptor parent, byte[] name, boolean readOnly)
      throws SystemCallException {
    prepare(NAME, name);
    argument.set(JAVA_LONG, 0, source.number());
    argument.set(JAVA_LONG, FLAGS, readOnly ? READ_ONLY : 0);
    calls.ioctl(parent, "ioctl SNAP_CREATE_V2", SNAP_CREATE_V2, argument, name);
  }

  /**
   * Deletes a subvolume with all its files. Fails with ENOTEMPTY where other subvolumes are inside,
   * EINVAL where the name is a plain directory, EPERM where the user may only {@code rmdir}.
   */
  public void destroy(Descriptor parent, byte[] name) throws SystemCallException {
    prepare(OLD_NAME, name);
    calls.ioctl(parent, "ioctl SNAP_DESTROY", SNAP_DESTROY, argument, name);
  }

  /**
   * Ends the file system's transaction and wakes what frees the bytes of deleted subvolumes. After
   * {@code syncfs(2)} alone that sleeps on until the next periodic commit, by default up to 30 s.
   */
  public void sync(Descriptor anywhere) throws SystemCallException {
    calls.ioctl(anywhere, "ioctl SYNC", SYNC, argument, SystemCalls.EMPTY_NAME);
  }

  public boolean isReadOnly(Descriptor top) throws SystemCallException {
    argument.set(JAVA_LONG, 0, 0);
    calls.ioctl(top, "ioctl SUBVOL_GETFLAGS", SUBVOL_GETFLAGS, argument, SystemCalls.EMPTY_NAME);
    return (argument.get(JAVA_LONG, 0) & READ_ONLY) != 0;
  }

  public void setReadOnly(Descriptor top, boolean readOnly) throws SystemCallException {
    argument.set(JAVA_LONG, 0, readOnly ? READ_ONLY : 0);
    calls.ioctl(top, "ioctl SUBVOL_SETFLAGS", SUBVOL_SETFLAGS, argument, SystemCalls.EMPTY_NAME);
  }

  /**
   * The subvolume's UUID, and the transaction in which an inode of it changed last ({@code
   * ctransid}): the same as long as nothing in it changes, also when it is snapshotted.
   */
  public String lastChange(Descriptor top) throws SystemCallException {
    argument.fill((byte) 0);
    calls.ioctl(top, "ioctl GET_SUBVOL_INFO", GET_SUBVOL_INFO, argument, SystemCalls.EMPTY_NAME);
    return HexFormat.of().formatHex(argument.asSlice(UUID, 16).toArray(JAVA_BYTE))
        + "@"
        + argument.get(JAVA_LONG, CHANGE);
  }

  private void prepare(long nameOffset, byte[] name) throws SystemCallException {
    if (name.length > NAME_MAX) {
      throw new SystemCallException("ioctl", Names.text(name), Errno.ENAMETOOLONG);
    }
    argument.fill((byte) 0);
    MemorySegment.copy(name, 0, argument, JAVA_BYTE, nameOffset, name.length);
  }
}
