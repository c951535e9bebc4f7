package io.taidon.gateway;

import io.taidon.gateway.admission.AdmissionSettings;
import io.taidon.gateway.auth.TokenTransport;
import io.taidon.gateway.cancel.Peers;
import io.taidon.gateway.route.RouteSettings;
import io.taidon.gateway.startup.StartupSettings;
import io.taidon.gateway.transport.TransportKind;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * How a gateway runs. Start from {@link #listeningAt} and change what differs.
 *
 * @param listen where clients connect; port 0 takes a free one
 * @param transport the way to do network I/O
 * @param threads event loops; 0 is one for each processor
 * @param startup TLS, proxies, and how long a login may take
 * @param routes how names are turned into instances
 * @param admission how many may be in, and how fast they may come
 * @param tokens over which connections a token may come
 * @param timeouts how long to wait, and for what
 * @param secret 32 bytes that all gateways share which clients cannot tell apart, and that outlive
 *     a restart: salts of unknown roles and cancel keys are made with it. Random if empty
 * @param peers the other gateways with this secret, to be asked about cancel keys of protocol 3.0
 */
public record GatewaySettings(
    InetSocketAddress listen,
    TransportKind transport,
    int threads,
    StartupSettings startup,
    RouteSettings routes,
    AdmissionSettings admission,
    TokenTransport tokens,
    Timeouts timeouts,
    Optional<byte[]> secret,
    Peers peers) {
  private static final int SECRET_BYTES = 32;

  public GatewaySettings {
    if (secret.isPresent() && secret.get().length != SECRET_BYTES) {
      throw new IllegalArgumentException("a secret of 32 bytes");
    }
  }

  /** The standard settings at an address: plain text, tokens over TLS or from this machine. */
  public static GatewaySettings listeningAt(InetSocketAddress address) {
    return new GatewaySettings(
        address,
        TransportKind.AUTO,
        0,
        StartupSettings.plain(),
        RouteSettings.withoutDomains(),
        AdmissionSettings.standard(),
        TokenTransport.TLS_OR_LOOPBACK,
        Timeouts.standard(),
        Optional.empty(),
        Peers.NONE);
  }

  public GatewaySettings withListen(InetSocketAddress address) {
    return new GatewaySettings(
        address, transport, threads, startup, routes, admission, tokens, timeouts, secret, peers);
  }

  public GatewaySettings withTransport(TransportKind kind) {
    return new GatewaySettings(
        listen, kind, threads, startup, routes, admission, tokens, timeouts, secret, peers);
  }

  public GatewaySettings withThreads(int count) {
    return new GatewaySettings(
        listen, transport, count, startup, routes, admission, tokens, timeouts, secret, peers);
  }

  public GatewaySettings withStartup(StartupSettings beginnings) {
    return new GatewaySettings(
        listen, transport, threads, beginnings, routes, admission, tokens, timeouts, secret, peers);
  }

  public GatewaySettings withRoutes(RouteSettings names) {
    return new GatewaySettings(
        listen, transport, threads, startup, names, admission, tokens, timeouts, secret, peers);
  }

  public GatewaySettings withAdmission(AdmissionSettings limits) {
    return new GatewaySettings(
        listen, transport, threads, startup, routes, limits, tokens, timeouts, secret, peers);
  }

  public GatewaySettings withTokens(TokenTransport over) {
    return new GatewaySettings(
        listen, transport, threads, startup, routes, admission, over, timeouts, secret, peers);
  }

  public GatewaySettings withTimeouts(Timeouts limits) {
    return new GatewaySettings(
        listen, transport, threads, startup, routes, admission, tokens, limits, secret, peers);
  }

  public GatewaySettings withSecret(byte[] shared) {
    return new GatewaySettings(
        listen,
        transport,
        threads,
        startup,
        routes,
        admission,
        tokens,
        timeouts,
        Optional.of(shared),
        peers);
  }

  public GatewaySettings withPeers(Peers others) {
    return new GatewaySettings(
        listen, transport, threads, startup, routes, admission, tokens, timeouts, secret, others);
  }

  /** Not the secret. */
  @Override
  public String toString() {
    return "GatewaySettings[" + listen + "]";
  }
}
