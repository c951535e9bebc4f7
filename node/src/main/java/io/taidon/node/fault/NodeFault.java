package io.taidon.node.fault;

import java.util.function.Consumer;

/**
 * A moment between two changes of pool and mounts. Each constant says what a death at this moment
 * leaves and what clears it; the tests kill the plugin at every one. The watcher can be replaced
 * only from within this package, where no production class does.
 */
public enum NodeFault {
  /** The slot's directory has no record. The next start deletes it; the kubelet publishes again. */
  SLOT_DIRECTORY_MADE,
  /** The slot has a record and no data. The next publish goes on; the sweep knows its pod. */
  SLOT_RECORDED,
  /** An instance's directory has credentials and no data. The next publish goes on. */
  CREDENTIALS_WRITTEN,
  /**
   * A new data directory is there under a staging name, and belongs to root. It goes with the slot.
   */
  EMPTY_DATA_STAGED,
  /** The data is there and shown to nobody. The next publish goes on with it. */
  DATA_MADE,
  /** The volume is published, and the kubelet does not know. It publishes again: "already". */
  SLOT_MOUNTED,
  /** The volume is unmounted, the slot is there. The kubelet unpublishes again. */
  SLOT_UNMOUNTED,
  /**
   * {@code states/.tmp-*} holds a complete state. The next start deletes it; the build asks again.
   */
  STATE_STAGED,
  /** The state is in place, the slot's record and the API do not know. The build asks again. */
  STATE_PLACED,
  /** The record knows, the API and the build do not. The next reconciliation tells the API. */
  SEAL_RECORDED,
  /** An evicted copy is gone, the API says that it is here. The next look takes the entry back. */
  EVICTED_COPY_DELETED;

  private static volatile Consumer<NodeFault> watcher = _ -> {};

  /** Says that this moment is now. */
  public void reached() {
    watcher.accept(this);
  }

  /** For tests, which end the process here. */
  static void watch(Consumer<NodeFault> newWatcher) {
    watcher = newWatcher;
  }
}
