package io.taidon.gateway.cancel;

import io.taidon.gateway.directory.EndpointTls;
import java.net.SocketAddress;
import java.util.Optional;

/** What a cancel request is for. */
public sealed interface CancelTarget {
  /**
   * A server process.
   *
   * @param key the server's own, a secret
   * @param tls how the server is verified; a key that another gateway sealed does not say, and its
   *     request goes in plain text, as those of most clients do
   */
  record Process(SocketAddress address, int pid, byte[] key, Optional<EndpointTls> tls)
      implements CancelTarget {
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
