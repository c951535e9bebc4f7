package io.taidon.gateway.cancel;

import java.net.SocketAddress;

/** What a cancel request is for. */
public sealed interface CancelTarget {
  /**
   * A server process.
   *
   * @param key the server's own, a secret
   */
  record Process(SocketAddress address, int pid, byte[] key) implements CancelTarget {
    @Override
    public String toString() {
      return "Process[" + address + ", " + pid + "]";
    }
  }

  /** A client that waits for its instance; ends the waiting. */
  record Hold(Runnable end) implements CancelTarget {}

  /** Nothing that could be cancelled now, such as a session that logs in at its server. */
  record Nothing() implements CancelTarget {}
}
