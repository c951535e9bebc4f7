package io.taidon.gateway.startup;

import io.taidon.gateway.tls.TlsDetails;
import java.net.InetSocketAddress;
import java.util.Optional;

/** What a client wants, and what is known of it before it has proved anything. */
public sealed interface Opening {
  /** Empty if the connection is in plain text. */
  Optional<TlsDetails> tls();

  /** Where the client is, behind a trusted proxy as that says. */
  InetSocketAddress client();

  /** The one deadline of everything until the login has succeeded; it runs already. */
  LoginDeadline deadline();

  /** To log in. */
  record Session(
      StartupMessage message,
      Optional<TlsDetails> tls,
      InetSocketAddress client,
      LoginDeadline deadline)
      implements Opening {}

  /**
   * To cancel what another connection does. Nothing is ever answered; the client waits until it is
   * closed.
   *
   * @param key 4 to 256 bytes, a secret; not copied
   */
  record Cancel(
      int pid,
      byte[] key,
      Optional<TlsDetails> tls,
      InetSocketAddress client,
      LoginDeadline deadline)
      implements Opening {
    /** Not the key. */
    @Override
    public String toString() {
      return "Cancel from " + client;
    }
  }
}
