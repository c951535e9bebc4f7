package io.taidon.engine.snapshot.tree;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that may add tasks, done by a few threads, newest first: in a tree this keeps few
 * directories open. The first failure, or an interrupt of the caller, drops the tasks that are
 * left. Threads belong to one run, so that a huge tree holds up no small one.
 *
 * @param <W> what each thread works with; made and closed by it
 */
final class TaskStack<W extends AutoCloseable> {
  /** One piece of work. */
  interface Task<W> {
    void run(W with) throws IOException;

    /** Lets go of what the task holds; called instead of {@link #run}. */
    void drop(W with);
  }

  private final Supplier<W> workspace;
  private final Deque<Task<W>> tasks = new ArrayDeque<>();
  private int unfinished;
  private boolean interrupted;
  private @Nullable Throwable failure;

  TaskStack(Supplier<W> workspace) {
    this.workspace = workspace;
  }

  synchronized void push(Task<W> task) {
    tasks.push(task);
    unfinished++;
    notifyAll();
  }

  /** Whether the work shall end early. */
  synchronized boolean stopped() {
    return interrupted || failure != null;
  }

  /** Runs all tasks; returns, also by exception, when no thread works any more. */
  void run(int threadCount) throws IOException, InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < threadCount; i++) {
      threads.add(Thread.ofPlatform().daemon().name("snapshot-tree-" + i).start(this::work));
    }
    boolean wasInterrupted = awaitAll(threads);
    Throwable cause = failureOfAll();
    switch (cause) {
      case null -> {
        if (wasInterrupted) {
          throw new InterruptedException();
        }
      }
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(cause);
    }
  }

  private boolean awaitAll(List<Thread> threads) {
    boolean wasInterrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          wasInterrupted = true;
          interrupt();
        }
      }
    }
    return wasInterrupted;
  }

  private synchronized @Nullable Throwable failureOfAll() {
    return failure;
  }

  private synchronized void interrupt() {
    interrupted = true;
    notifyAll();
  }

  private void work() {
    try (W with = workspace.get()) {
      Task<W> task;
      while ((task = take()) != null) {
        finish(task, with);
      }
    } catch (Throwable e) {
      fail(e);
    }
  }

  private void finish(Task<W> task, W with) {
    try {
      if (stopped()) {
        task.drop(with);
      } else {
        task.run(with);
      }
    } catch (Throwable e) {
      fail(e);
    } finally {
      done();
    }
  }

  private synchronized @Nullable Task<W> take() throws InterruptedException {
    while (tasks.isEmpty() && unfinished > 0) {
      wait();
    }
    return tasks.poll();
  }

  private synchronized void done() {
    unfinished--;
    notifyAll();
  }

  private synchronized void fail(Throwable e) {
    if (failure == null) {
      failure = e;
    }
    notifyAll();
  }
}
