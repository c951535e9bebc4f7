package io.taidon.engine.fault;

import java.util.function.Consumer;

/** The only door to the fault points' watcher, on the class path of tests only. */
public final class FaultWatch {
  private FaultWatch() {}

  /** Calls {@code watcher} at each point, on the thread that reached it, in this whole process. */
  public static void watch(Consumer<FaultPoint> watcher) {
    FaultPoint.watch(watcher);
  }

  public static void stop() {
    FaultPoint.watch(_ -> {});
  }
}
