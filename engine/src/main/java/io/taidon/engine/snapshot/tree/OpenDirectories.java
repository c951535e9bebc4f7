package io.taidon.engine.snapshot.tree;

import io.taidon.engine.snapshot.linux.Descriptor;
import io.taidon.engine.snapshot.linux.Errno;
import io.taidon.engine.snapshot.linux.FileStatus;
import io.taidon.engine.snapshot.linux.Names;
import io.taidon.engine.snapshot.linux.SystemCallException;
import io.taidon.engine.snapshot.linux.SystemCalls;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A directory of the source and its copy, both open, counted by the tasks that use them. When the
 * last one lets go, nothing more is put into the copy: it gets its attributes and both are closed.
 */
final class OpenDirectories {
  private static final int PRIVATE_MODE = 0700;

  private final Descriptor source;
  private final Descriptor target;
  private final FileStatus status;
  private final String path;
  private final AtomicInteger users = new AtomicInteger(1);

  private OpenDirectories(Descriptor source, Descriptor target, FileStatus status, String path) {
    this.source = source;
    this.target = target;
    this.status = status;
    this.path = path;
  }

  /** Opens the source and makes the copy, private until it is complete. */
  static OpenDirectories open(
      SystemCalls calls,
      Descriptor parent,
      byte[] name,
      Descriptor targetParent,
      byte[] targetName,
      String path)
      throws SystemCallException {
    Descriptor source = calls.openDirectory(parent, name);
    try {
      FileStatus status = calls.status(source);
      calls.makeDirectory(targetParent, targetName, PRIVATE_MODE);
      Descriptor target = calls.openDirectory(targetParent, targetName);
      return new OpenDirectories(source, target, status, path);
    } catch (SystemCallException e) {
      source.close();
      throw e;
    }
  }

  OpenDirectories enter(SystemCalls calls, byte[] name) throws SystemCallException {
    OpenDirectories inner = open(calls, source, name, target, name, path + "/" + Names.text(name));
    if (inner.status.mountRoot()) {
      inner.abandon();
      throw new SystemCallException("open (a mount point)", Names.text(name), Errno.EXDEV);
    }
    return inner;
  }

  Descriptor source() {
    return source;
  }

  Descriptor target() {
    return target;
  }

  /** The path from the top of the tree, for messages. */
  String path() {
    return path;
  }

  OpenDirectories retain() {
    users.incrementAndGet();
    return this;
  }

  /** Lets go after work that is complete. */
  void release(SystemCalls calls) throws SystemCallException {
    if (users.decrementAndGet() > 0) {
      return;
    }
    try {
      Attributes.give(calls, target, status);
    } catch (SystemCallException e) {
      throw e.about(path, Names.bytes("."));
    } finally {
      closeBoth();
    }
  }

  /** Lets go after work that failed: the copy will be deleted. */
  void abandon() {
    if (users.decrementAndGet() == 0) {
      closeBoth();
    }
  }

  private void closeBoth() {
    source.close();
    target.close();
  }
}
