package io.taidon.engine.snapshot.tree;

import io.taidon.engine.snapshot.linux.Descriptor;
import io.taidon.engine.snapshot.linux.DirectoryEntry;
import io.taidon.engine.snapshot.linux.FileStatus;
import io.taidon.engine.snapshot.linux.Names;
import io.taidon.engine.snapshot.linux.SystemCallException;
import io.taidon.engine.snapshot.linux.SystemCalls;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies one directory tree with owners, modes, times and symbolic links; a {@link FileCopier} does
 * the contents. Hard links become files of their own, extended attributes are not copied.
 *
 * <p>The cost is per file, not per byte, so a big directory is split among threads.
 */
final class TreeCopy {
  /** Files per task: few enough to share a directory, enough to hide the cost of a task. */
  private static final int BATCH = 32;

  private static final int MAXIMUM_THREADS = 4;

  private final TaskStack<Worker> tasks;

  private TreeCopy(FileCopier.Factory copiers) {
    this.tasks = new TaskStack<>(() -> new Worker(SystemCalls.open(), copiers));
  }

  /** Copies the directory {@code name} to {@code targetName}, which must not exist. */
  static void copy(
      Descriptor parent,
      byte[] name,
      Descriptor targetParent,
      byte[] targetName,
      FileCopier.Factory copiers)
      throws IOException, InterruptedException {
    TreeCopy copy = new TreeCopy(copiers);
    copy.tasks.push(copy.new TopTask(parent, name, targetParent, targetName));
    copy.tasks.run(threads());
  }

  private static int threads() {
    return Math.clamp(Runtime.getRuntime().availableProcessors(), 2, MAXIMUM_THREADS);
  }

  /** What one thread works with. */
  private static final class Worker implements AutoCloseable {
    final SystemCalls calls;
    final FileCopier copier;

    Worker(SystemCalls calls, FileCopier.Factory copiers) {
      this.calls = calls;
      this.copier = copiers.copier(calls);
    }

    @Override
    public void close() {
      calls.close();
    }
  }

  private final class TopTask implements TaskStack.Task<Worker> {
    private final Descriptor parent;
    private final byte[] name;
    private final Descriptor targetParent;
    private final byte[] targetName;

    TopTask(Descriptor parent, byte[] name, Descriptor targetParent, byte[] targetName) {
      this.parent = parent;
      this.name = name;
      this.targetParent = targetParent;
      this.targetName = targetName;
    }

    @Override
    public void run(Worker worker) throws IOException {
      copyDirectory(
          worker, OpenDirectories.open(worker.calls, parent, name, targetParent, targetName, "."));
    }

    @Override
    public void drop(Worker worker) {}
  }

  /** A directory inside another; keeps the outer one open until it is open itself. */
  private final class DirectoryTask implements TaskStack.Task<Worker> {
    private final OpenDirectories outer;
    private final byte[] name;

    DirectoryTask(OpenDirectories outer, byte[] name) {
      this.outer = outer.retain();
      this.name = name;
    }

    @Override
    public void run(Worker worker) throws IOException {
      OpenDirectories inner;
      try {
        inner = outer.enter(worker.calls, name);
      } catch (SystemCallException e) {
        outer.abandon();
        throw e.about(outer.path(), name);
      }
      outer.release(worker.calls);
      copyDirectory(worker, inner);
    }

    @Override
    public void drop(Worker worker) {
      outer.abandon();
    }
  }

  private final class FilesTask implements TaskStack.Task<Worker> {
    private final OpenDirectories directories;
    private final List<DirectoryEntry> files;

    FilesTask(OpenDirectories directories, List<DirectoryEntry> files) {
      this.directories = directories.retain();
      this.files = files;
    }

    @Override
    public void run(Worker worker) throws IOException {
      boolean done = false;
      try {
        copyFiles(worker, directories, files);
        done = true;
      } finally {
        if (!done) {
          directories.abandon();
        }
      }
      directories.release(worker.calls);
    }

    @Override
    public void drop(Worker worker) {
      directories.abandon();
    }
  }

  private void copyDirectory(Worker worker, OpenDirectories directories) throws IOException {
    boolean done = false;
    try {
      distribute(worker, directories);
      done = true;
    } finally {
      if (!done) {
        directories.abandon();
      }
    }
    directories.release(worker.calls);
  }

  private void distribute(Worker worker, OpenDirectories directories) throws IOException {
    List<DirectoryEntry> files = new ArrayList<>();
    for (DirectoryEntry entry : entries(worker.calls, directories)) {
      switch (entry.type()) {
        case DIRECTORY -> tasks.push(new DirectoryTask(directories, entry.name()));
        case REGULAR, SYMBOLIC_LINK -> files.add(entry);
        case SPECIAL, UNKNOWN -> {}
      }
    }
    int start = 0;
    for (; start + BATCH < files.size(); start += BATCH) {
      tasks.push(new FilesTask(directories, files.subList(start, start + BATCH)));
    }
    copyFiles(worker, directories, files.subList(start, files.size()));
  }

  private static List<DirectoryEntry> entries(SystemCalls calls, OpenDirectories directories)
      throws SystemCallException {
    try {
      return calls.list(directories.source());
    } catch (SystemCallException e) {
      throw e.about(directories.path(), Names.bytes("."));
    }
  }

  private void copyFiles(Worker worker, OpenDirectories directories, List<DirectoryEntry> files)
      throws IOException {
    for (DirectoryEntry file : files) {
      if (tasks.stopped()) {
        return;
      }
      try {
        copyEntry(worker, directories, file);
      } catch (SystemCallException e) {
        throw e.about(directories.path(), file.name());
      }
    }
  }

  private void copyEntry(Worker worker, OpenDirectories directories, DirectoryEntry entry)
      throws IOException {
    if (entry.type() == DirectoryEntry.Type.SYMBOLIC_LINK) {
      copyLink(worker.calls, directories, entry.name());
      return;
    }
    try (Descriptor source = worker.calls.openFile(directories.source(), entry.name())) {
      copyFile(worker, directories, source, entry.name());
    }
  }

  private void copyFile(Worker worker, OpenDirectories directories, Descriptor source, byte[] name)
      throws IOException {
    SystemCalls calls = worker.calls;
    FileStatus status = calls.status(source);
    if (!status.isRegular()) {
      return;
    }
    int permissions = status.permissions();
    try (Descriptor target = calls.createFile(directories.target(), name, permissions)) {
      if (status.size() > 0) {
        worker.copier.copy(source, status, target, tasks::stopped);
      }
      Attributes.give(calls, target, status);
    }
  }

  private static void copyLink(SystemCalls calls, OpenDirectories directories, byte[] name)
      throws IOException {
    FileStatus status = calls.status(directories.source(), name);
    calls.makeSymbolicLink(
        calls.readSymbolicLink(directories.source(), name), directories.target(), name);
    Attributes.giveLink(calls, directories.target(), name, status);
  }
}
