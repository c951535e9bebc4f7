package io.taidon.gateway.startup;

import io.taidon.gateway.proxy.TrustedNetworks;
import io.taidon.gateway.tls.ServerTls;
import java.time.Duration;
import java.util.Optional;

/**
 * How connections begin.
 *
 * @param tls what to answer an SSLRequest and a direct handshake with; empty if there is no TLS
 * @param tlsRequired whether sessions in plain text are refused; CancelRequests never are
 * @param proxies whose first bytes must be a PROXY header, version 2; nobody else's may be
 * @param loginDeadline from the accepted connection to the successful login, wherever it hangs
 */
public record StartupSettings(
    Optional<ServerTls> tls, boolean tlsRequired, TrustedNetworks proxies, Duration loginDeadline) {

  public StartupSettings {
    if (tlsRequired && tls.isEmpty()) {
      throw new IllegalArgumentException("TLS cannot be required where there is none");
    }
    if (!loginDeadline.isPositive()) {
      throw new IllegalArgumentException("a deadline lies in the future");
    }
  }

  /** Plain text, no proxies, 15 seconds. */
  public static StartupSettings plain() {
    return new StartupSettings(
        Optional.empty(), false, TrustedNetworks.none(), Duration.ofSeconds(15));
  }

  public StartupSettings withTls(ServerTls server, boolean required) {
    return new StartupSettings(Optional.of(server), required, proxies, loginDeadline);
  }

  public StartupSettings withProxies(TrustedNetworks networks) {
    return new StartupSettings(tls, tlsRequired, networks, loginDeadline);
  }

  public StartupSettings withLoginDeadline(Duration within) {
    return new StartupSettings(tls, tlsRequired, proxies, within);
  }
}
