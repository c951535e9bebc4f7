package io.taidon.gateway;

import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.gateway.admission.Admission;
import io.taidon.gateway.auth.MockVerifiers;
import io.taidon.gateway.auth.TokenVerifier;
import io.taidon.gateway.backend.Connector;
import io.taidon.gateway.cancel.Cancels;
import io.taidon.gateway.cancel.SessionKeys;
import io.taidon.gateway.directory.InstanceDirectory;
import io.taidon.gateway.drain.Drain;
import io.taidon.gateway.drain.ExpiryNotices;
import io.taidon.gateway.drain.InstanceEnds;
import io.taidon.gateway.log.GatewayLog;
import io.taidon.gateway.metrics.GatewayMetrics;
import io.taidon.gateway.route.Router;
import io.taidon.gateway.session.ClientDoor;
import io.taidon.gateway.session.LiveSessions;
import io.taidon.gateway.session.SessionLog;
import io.taidon.gateway.session.SessionServices;
import io.taidon.gateway.transport.Transport;
import io.taidon.gateway.wake.Wakes;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * One TCP endpoint for every instance of a directory. Thread-safe; none of its threads is the
 * caller's, and none keeps the process alive.
 */
public final class Gateway implements AutoCloseable {
  private final Transport transport;
  private final Connector connector;
  private final GatewayLog log;
  private final Channel listener;
  private final ChannelGroup connections;
  private final LiveSessions live;
  private final InstanceDirectory.Subscription changes;
  private final Drain drain;

  private Gateway(
      Transport transport,
      Connector connector,
      GatewayLog log,
      Channel listener,
      ChannelGroup connections,
      LiveSessions live,
      InstanceDirectory.Subscription changes,
      Drain drain) {
    this.transport = transport;
    this.connector = connector;
    this.log = log;
    this.listener = listener;
    this.connections = connections;
    this.live = live;
    this.changes = changes;
    this.drain = drain;
  }

  /** Opens an endpoint that takes no tokens and counts for nobody. */
  public static Gateway start(GatewaySettings settings, InstanceDirectory directory) {
    return start(
        settings, directory, TokenVerifier.NONE, new GatewayMetrics(new CompositeMeterRegistry()));
  }

  /** Opens the endpoint and logs to the logger {@code io.taidon.gateway}. */
  public static Gateway start(
      GatewaySettings settings,
      InstanceDirectory directory,
      TokenVerifier tokens,
      GatewayMetrics metrics) {
    return start(settings, directory, tokens, metrics, new GatewayLog());
  }

  /**
   * Opens the endpoint; clients are served when this returns.
   *
   * @throws TaidonException {@code PORT_IN_USE} if the address cannot be had
   */
  public static Gateway start(
      GatewaySettings settings,
      InstanceDirectory directory,
      TokenVerifier tokens,
      GatewayMetrics metrics,
      GatewayLog log) {
    Transport transport = Transport.open(settings.transport(), settings.threads());
    try {
      return start(settings, directory, tokens, metrics, log, transport);
    } catch (RuntimeException | Error e) {
      transport.close();
      throw e;
    }
  }

  private static Gateway start(
      GatewaySettings settings,
      InstanceDirectory directory,
      TokenVerifier tokens,
      GatewayMetrics metrics,
      GatewayLog log,
      Transport transport) {
    InstantSource clock = InstantSource.system();
    byte[] secret = settings.secret().orElseGet(SessionKeys::newSecret);
    SessionKeys keys = new SessionKeys(secret);
    LiveSessions live = new LiveSessions(directory, clock);
    Connector connector = new Connector(transport);
    SessionServices services =
        new SessionServices(
            connector,
            directory,
            new Router(settings.routes()),
            new Admission(settings.admission()),
            new MockVerifiers(secret),
            tokens,
            settings.tokens(),
            keys,
            new Wakes(directory, metrics, log),
            live,
            metrics,
            new SessionLog(log),
            settings.timeouts(),
            clock);
    Cancels cancels =
        new Cancels(keys, connector, settings.peers(), settings.timeouts().cancel(), metrics);
    ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    Channel listener =
        listen(
            transport,
            settings.listen(),
            new ClientDoor(services, settings.startup(), cancels, connections));
    var loop = transport.nextLoop();
    ExpiryNotices expiring = new ExpiryNotices(directory, live, transport.allocator(), clock);
    loop.scheduleAtFixedRate(() -> live.tick(expiring), 1, 1, TimeUnit.SECONDS);
    metrics.watch(transport.allocator());
    metrics.watch(transport.loops());
    return new Gateway(
        transport,
        connector,
        log,
        listener,
        connections,
        live,
        directory.watch(new InstanceEnds(live)),
        new Drain(listener, connections, live, loop, settings.timeouts().farewell()));
  }

  private static Channel listen(Transport transport, InetSocketAddress address, ClientDoor door) {
    ChannelFuture bound = transport.listen(address, door).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw TaidonException.of(
              ErrorCode.PORT_IN_USE,
              "The gateway cannot listen on %s port %d: %s."
                  .formatted(
                      address.getHostString(), address.getPort(), bound.cause().getMessage()),
              bound.cause())
          .remedy("Choose another port, or stop what uses this one.");
    }
    return bound.channel();
  }

  /** Where clients connect. */
  public int port() {
    return listener.localAddress() instanceof InetSocketAddress address ? address.getPort() : 0;
  }

  /** Who is connected now. */
  public Census census() {
    return new Census(connections.size(), live.counts());
  }

  /** The direct memory that the gateway's sockets hold or have held at once, in bytes. */
  public long directMemory() {
    return transport.directMemory();
  }

  /**
   * Takes no more clients, ends each session when it has no query and no transaction under way, and
   * the rest at the deadline. Completes when no client is left. Repeating it may only shorten the
   * deadline.
   */
  public CompletionStage<Void> drain(Duration deadline) {
    return drain.begin(deadline);
  }

  /** Ends every session now, and all threads. Idempotent; waits until it is done. */
  @Override
  public void close() {
    changes.close();
    listener.close().awaitUninterruptibly();
    connections.close().awaitUninterruptibly();
    transport.close();
    connector.close();
    log.flush();
  }
}
