package io.taidon.engine.snapshot.overlay;

import io.taidon.engine.snapshot.linux.Descriptor;
import io.taidon.engine.snapshot.linux.DirectoryEntry;
import io.taidon.engine.snapshot.linux.Errno;
import io.taidon.engine.snapshot.linux.FileStatus;
import io.taidon.engine.snapshot.linux.Overlays;
import io.taidon.engine.snapshot.linux.SystemCallException;
import io.taidon.engine.snapshot.linux.SystemCalls;
import io.taidon.engine.snapshot.tree.Attributes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Makes of an upper and a lower layer the tree that overlayfs shows of them: new directories, and
 * hard links to the files of both. What the upper layer says about the lower one (a special file
 * hides a name, an opaque directory hides all that is below, a redirect says what it was called) is
 * read as {@code overlayfs.rst} of the kernel defines it. Sockets, pipes and devices are left out.
 *
 * <p>Depth costs no descriptors and no stack. For one thread.
 */
final class LayerMerge {
  private static final int PRIVATE_MODE = 0700;
  private static final String SEPARATOR = "/";

  private final SystemCalls calls;
  private final Overlays overlays;
  private final Optional<Descriptor> lowerTop;
  private final Deque<Task> tasks = new ArrayDeque<>();

  /** A directory to make in another. */
  private record Task(Level parent, byte[] name, boolean inUpper) {}

  private LayerMerge(SystemCalls calls, Optional<Descriptor> lowerTop) {
    this.calls = calls;
    this.overlays = new Overlays(calls);
    this.lowerTop = lowerTop;
  }

  /**
   * Makes {@code name}, where nothing is, in {@code parent}.
   *
   * @param upper the upper layer; without one the tree is all links to the lower one
   * @throws InterruptedException when the thread was interrupted; what was made so far is left
   */
  static void merge(
      SystemCalls calls,
      Optional<Descriptor> upper,
      Optional<Descriptor> lower,
      Descriptor parent,
      byte[] name)
      throws SystemCallException, InterruptedException {
    new LayerMerge(calls, lower).run(upper, lower, parent, name);
  }

  private void run(
      Optional<Descriptor> upper, Optional<Descriptor> lower, Descriptor parent, byte[] name)
      throws SystemCallException, InterruptedException {
    calls.makeDirectory(parent, name, PRIVATE_MODE);
    Level top = new Level(upper, lower, calls.openDirectory(parent, name), false);
    try {
      fill(top);
      top.release();
      for (Task task = tasks.poll(); task != null; task = tasks.poll()) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        make(task);
      }
    } finally {
      tasks.forEach(task -> task.parent().abandon());
      top.close();
    }
  }

  private void make(Task task) throws SystemCallException {
    Level level;
    try {
      level = enter(task.parent(), task.name(), task.inUpper());
    } catch (SystemCallException e) {
      task.parent().abandon();
      throw e;
    }
    task.parent().release();
    try {
      fill(level);
    } catch (SystemCallException e) {
      level.abandon();
      throw e;
    }
    level.release();
  }

  private Level enter(Level parent, byte[] name, boolean inUpper) throws SystemCallException {
    Optional<Descriptor> upper = Optional.empty();
    Optional<Descriptor> lower = Optional.empty();
    try {
      if (inUpper) {
        upper = Optional.of(calls.openDirectory(parent.upper.orElseThrow(), name));
        lower = lowerOf(parent, upper.get(), name);
      } else {
        lower = Optional.of(calls.openDirectory(parent.lower.orElseThrow(), name));
      }
      calls.makeDirectory(parent.target, name, PRIVATE_MODE);
      Descriptor target = calls.openDirectory(parent.target, name);
      return new Level(upper, lower, target, true);
    } catch (SystemCallException e) {
      upper.ifPresent(Descriptor::close);
      lower.ifPresent(Descriptor::close);
      throw e;
    }
  }

  /** What is below a directory of the upper layer. */
  private Optional<Descriptor> lowerOf(Level parent, Descriptor upper, byte[] name)
      throws SystemCallException {
    if (overlays.attribute(upper, "opaque").filter(LayerMerge::isYes).isPresent()) {
      return Optional.empty();
    }
    Optional<String> redirect =
        overlays
            .attribute(upper, "redirect")
            .map(value -> new String(value, StandardCharsets.ISO_8859_1));
    if (redirect.isPresent() && redirect.get().startsWith(SEPARATOR)) {
      return descend(redirect.get().substring(1).split(SEPARATOR, -1));
    }
    byte[] lowerName = redirect.map(LayerMerge::bytes).orElse(name);
    return parent.lower.isPresent()
        ? openIfDirectory(parent.lower.get(), lowerName)
        : Optional.empty();
  }

  private static boolean isYes(byte[] value) {
    return Arrays.equals(value, new byte[] {'y'});
  }

  /** Opens a directory of the lower layer by its path in it. */
  private Optional<Descriptor> descend(String[] path) throws SystemCallException {
    Optional<Descriptor> from = lowerTop;
    Optional<Descriptor> at = Optional.empty();
    for (String name : path) {
      if (from.isEmpty() || name.isEmpty() || name.equals(".") || name.equals("..")) {
        at.ifPresent(Descriptor::close);
        return Optional.empty();
      }
      Optional<Descriptor> next = openIfDirectory(from.get(), bytes(name));
      at.ifPresent(Descriptor::close);
      at = next;
      from = next;
    }
    return at;
  }

  private Optional<Descriptor> openIfDirectory(Descriptor parent, byte[] name)
      throws SystemCallException {
    try {
      return Optional.of(calls.openDirectory(parent, name));
    } catch (SystemCallException e) {
      if (e.errno().equals(Errno.ENOENT)
          || e.errno().equals(Errno.ENOTDIR)
          || e.errno().equals(Errno.ELOOP)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Links the files of a directory and notes the directories in it. */
  private void fill(Level level) throws SystemCallException {
    Set<String> hidden = new HashSet<>();
    if (level.upper.isPresent()) {
      for (DirectoryEntry entry : calls.list(level.upper.get())) {
        hidden.add(text(entry.name()));
        place(level, level.upper.get(), entry, true);
      }
    }
    if (level.lower.isPresent()) {
      for (DirectoryEntry entry : calls.list(level.lower.get())) {
        if (hidden.isEmpty() || !hidden.contains(text(entry.name()))) {
          place(level, level.lower.get(), entry, false);
        }
      }
    }
  }

  private void place(Level level, Descriptor from, DirectoryEntry entry, boolean inUpper)
      throws SystemCallException {
    switch (entry.type()) {
      case DIRECTORY -> {
        level.users++;
        tasks.push(new Task(level, entry.name(), inUpper));
      }
      case REGULAR, SYMBOLIC_LINK -> overlays.link(from, entry.name(), level.target, entry.name());
      case SPECIAL, UNKNOWN -> {}
    }
  }

  /** A name as text that has one character for each of its bytes. */
  private static String text(byte[] name) {
    return new String(name, StandardCharsets.ISO_8859_1);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /**
   * A directory of the two layers and the new one, all open, counted by the tasks that use them.
   * When the last one lets go nothing more is put into it, and it gets its attributes.
   */
  private final class Level {
    final Optional<Descriptor> upper;
    final Optional<Descriptor> lower;
    final Descriptor target;
    private final boolean ownsLayers;
    private int users = 1;
    private boolean closed;

    Level(
        Optional<Descriptor> upper,
        Optional<Descriptor> lower,
        Descriptor target,
        boolean ownsLayers) {
      this.upper = upper;
      this.lower = lower;
      this.target = target;
      this.ownsLayers = ownsLayers;
    }

    void release() throws SystemCallException {
      if (--users > 0) {
        return;
      }
      try {
        FileStatus status = calls.status(upper.or(() -> lower).orElseThrow());
        Attributes.give(calls, target, status);
      } finally {
        close();
      }
    }

    void abandon() {
      if (--users == 0) {
        close();
      }
    }

    void close() {
      if (closed) {
        return;
      }
      closed = true;
      target.close();
      if (ownsLayers) {
        upper.ifPresent(Descriptor::close);
        lower.ifPresent(Descriptor::close);
      }
    }
  }
}
