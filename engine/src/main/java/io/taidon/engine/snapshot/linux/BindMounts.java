package io.taidon.engine.snapshot.linux;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;

/**
 * Shows a directory at a second place: bind mounts of {@code mount(2)}. Both directories are given
 * as open descriptors, so a link that somebody plants leads nowhere. For the thread that owns the
 * system calls; needs {@code CAP_SYS_ADMIN}.
 */
public final class BindMounts {
  private static final long MS_NOSUID = 2;
  private static final long MS_NODEV = 4;
  private static final long MS_REMOUNT = 32;
  private static final long MS_BIND = 4096;
  private static final int MNT_DETACH = 2;
  private static final int UMOUNT_NOFOLLOW = 8;
  private static final int MOST_MOUNTS = 16;
  private static final int PATIENT_TRIES = 200;
  private static final long PAUSE_NANOS = 5_000_000;

  private final SystemCalls calls;

  public BindMounts(SystemCalls calls) {
    this.calls = calls;
  }

  /**
   * Mounts {@code source} on a directory; setuid programs and devices in it do not work there.
   *
   * @param parent the directory that the mount point is in
   * @param name of the mount point
   */
  public void bind(Descriptor source, Descriptor parent, byte[] name) throws SystemCallException {
    try (Descriptor under = calls.openDirectory(parent, name)) {
      mount(link(source), link(under), MS_BIND, name);
    }
    // The flags of a bind mount count only when it is mounted again.
    try (Descriptor over = calls.openDirectory(parent, name)) {
      mount(link(over), link(over), MS_BIND | MS_REMOUNT | MS_NOSUID | MS_NODEV, name);
    }
  }

  /**
   * Takes off everything that is mounted on a name, also from under processes that stay in it.
   *
   * @return whether there was anything
   */
  public boolean unbind(Descriptor parent, byte[] name) throws SystemCallException {
    int mounts = 0;
    while (calls.status(parent, name).mountRoot()) {
      if (mounts++ == MOST_MOUNTS) {
        throw new SystemCallException("umount", Names.text(name), Errno.EBUSY);
      }
      unmountPatiently(parent, name);
    }
    return mounts > 0;
  }

  /** Processes that were ended let go of their directories a moment later. */
  private void unmountPatiently(Descriptor parent, byte[] name) throws SystemCallException {
    for (int i = 0; i < PATIENT_TRIES; i++) {
      try {
        unmount(parent, name, UMOUNT_NOFOLLOW);
        return;
      } catch (SystemCallException e) {
        if (!e.errno().equals(Errno.EBUSY)) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
    unmount(parent, name, UMOUNT_NOFOLLOW | MNT_DETACH);
  }

  private void unmount(Descriptor parent, byte[] name, int flags) throws SystemCallException {
    MemorySegment where = calls.buffers().name(Names.bytes(link(parent) + "/" + Names.text(name)));
    calls.check(
        "umount",
        name,
        () -> (int) NativeFunctions.UMOUNT2.invokeExact(calls.errno(), where, flags));
  }

  private void mount(String source, String target, long flags, byte[] name)
      throws SystemCallException {
    MemorySegment from = calls.buffers().name(Names.bytes(source));
    MemorySegment to = calls.buffers().otherName(Names.bytes(target));
    calls.check(
        "mount",
        name,
        () ->
            (int)
                NativeFunctions.MOUNT.invokeExact(
                    calls.errno(), from, to, MemorySegment.NULL, flags, MemorySegment.NULL));
  }

  private static String link(Descriptor descriptor) {
    return "/proc/self/fd/" + descriptor.number();
  }
}
