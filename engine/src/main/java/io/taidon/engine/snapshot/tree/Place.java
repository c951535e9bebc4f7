package io.taidon.engine.snapshot.tree;

import io.taidon.engine.snapshot.linux.Descriptor;
import io.taidon.engine.snapshot.linux.Errno;
import io.taidon.engine.snapshot.linux.Names;
import io.taidon.engine.snapshot.linux.SystemCallException;
import io.taidon.engine.snapshot.linux.SystemCalls;
import java.nio.file.Path;

/**
 * Where something is or shall be: a parent directory and one name in it. Operations open the parent
 * and then use the name alone, so that a link that somebody plants leads nowhere.
 */
public record Place(Path parent, byte[] name) {
  public static Place of(Path path) throws SystemCallException {
    Path absolute = path.toAbsolutePath();
    Path parent = absolute.getParent();
    Path last = absolute.getFileName();
    if (parent == null || last == null || isDots(last.toString())) {
      throw new SystemCallException("open", path.toString(), Errno.EINVAL);
    }
    return new Place(parent, Names.bytes(last));
  }

  private static boolean isDots(String name) {
    return name.equals(".") || name.equals("..");
  }

  public Descriptor openParent(SystemCalls calls) throws SystemCallException {
    return calls.openDirectory(parent);
  }

  /** Fails with EEXIST where the name is taken. */
  public void requireFree(SystemCalls calls, Descriptor openParent) throws SystemCallException {
    if (calls.exists(openParent, name)) {
      throw new SystemCallException("open", Names.text(name), Errno.EEXIST);
    }
  }
}
