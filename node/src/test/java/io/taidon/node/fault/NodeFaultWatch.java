package io.taidon.node.fault;

import java.util.function.Consumer;

/** The only door to the fault points' watcher, on the class path of tests only. */
public final class NodeFaultWatch {
  private NodeFaultWatch() {}

  public static void watch(Consumer<NodeFault> watcher) {
    NodeFault.watch(watcher);
  }
}
