package io.taidon.node.publish;

import io.taidon.engine.snapshot.linux.BindMounts;
import io.taidon.engine.snapshot.linux.Descriptor;
import io.taidon.engine.snapshot.linux.Errno;
import io.taidon.engine.snapshot.linux.Names;
import io.taidon.engine.snapshot.linux.SystemCallException;
import io.taidon.engine.snapshot.linux.SystemCalls;
import io.taidon.node.slot.Target;
import java.nio.file.Path;

/** Shows slots where kubelets want them, by bind mounts. */
final class SlotMounts {
  private static final int TARGET_MODE = 0750;

  /** The last name of every {@link Target}. */
  private static final byte[] NAME = Names.bytes("mount");

  private SlotMounts() {}

  /**
   * Mounts a directory on a target, which is made. Does nothing where it is mounted already; takes
   * off first what else is there.
   */
  static void mount(Path shown, Target target) throws SystemCallException {
    try (SystemCalls calls = SystemCalls.open();
        Descriptor source = calls.openDirectory(shown);
        Descriptor parent = calls.openDirectory(parent(target))) {
      byte[] name = NAME;
      BindMounts mounts = new BindMounts(calls);
      if (!calls.exists(parent, name)) {
        calls.makeDirectory(parent, name, TARGET_MODE);
      } else if (calls.status(parent, name).mountRoot()) {
        if (calls.status(parent, name).inode() == calls.status(source).inode()) {
          return;
        }
        mounts.unbind(parent, name);
      }
      mounts.bind(source, parent, name);
    }
  }

  /** Unmounts a target and removes it; does nothing where it is not there. */
  static void unmount(Target target) throws SystemCallException {
    try (SystemCalls calls = SystemCalls.open();
        Descriptor parent = calls.openDirectory(parent(target))) {
      byte[] name = NAME;
      if (calls.exists(parent, name)) {
        new BindMounts(calls).unbind(parent, name);
        calls.removeDirectory(parent, name);
      }
    } catch (SystemCallException e) {
      if (!e.errno().equals(Errno.ENOENT)) {
        throw e;
      }
    }
  }

  private static Path parent(Target target) {
    Path parent = target.path().getParent();
    if (parent == null) {
      throw new IllegalStateException("a target has a parent");
    }
    return parent;
  }
}
