package io.taidon.engine.snapshot.tree;

import io.taidon.engine.snapshot.linux.Descriptor;
import io.taidon.engine.snapshot.linux.FileStatus;
import io.taidon.engine.snapshot.linux.SystemCallException;
import io.taidon.engine.snapshot.linux.SystemCalls;

/**
 * Gives a copy the owner, mode and times of its original. What is right already is left alone: to
 * ask costs less than a change that changes nothing, and an ordinary user may only ask.
 */
public final class Attributes {
  private static final int SET_ID_BITS = 06000;

  private Attributes() {}

  public static void give(SystemCalls calls, Descriptor copy, FileStatus original)
      throws SystemCallException {
    FileStatus now = calls.status(copy);
    boolean otherOwner = now.uid() != original.uid() || now.gid() != original.gid();
    if (otherOwner) {
      calls.changeOwner(copy, original.uid(), original.gid());
    }
    // A change of owner clears the set-id bits.
    boolean bitsCleared = otherOwner && (original.permissions() & SET_ID_BITS) != 0;
    if (now.permissions() != original.permissions() || bitsCleared) {
      calls.changeMode(copy, original.permissions());
    }
    calls.setTimes(copy, original);
  }

  /** The same for a symbolic link, which has no mode of its own. */
  static void giveLink(SystemCalls calls, Descriptor parent, byte[] name, FileStatus original)
      throws SystemCallException {
    FileStatus now = calls.status(parent, name);
    if (now.uid() != original.uid() || now.gid() != original.gid()) {
      calls.changeOwner(parent, name, original.uid(), original.gid());
    }
    calls.setTimes(parent, name, original);
  }
}
