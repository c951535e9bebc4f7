package io.taidon.gateway.backend;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.taidon.core.error.TaidonException;
import io.taidon.gateway.directory.EndpointTls;
import io.taidon.gateway.tls.BackendTls;
import io.taidon.gateway.tls.BackendTlsHandler;
import io.taidon.gateway.transport.Transport;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Connects to instances' servers, encrypted where that is asked for. Keeps what was made of trusted
 * roots, because reading them for each connection would take longer than the handshake.
 * Thread-safe.
 */
public final class Connector implements AutoCloseable {
  private static final int MOST_ROOTS = 256;

  private final Transport transport;
  private final Cache<Optional<String>, BackendTls> verifiers =
      Caffeine.newBuilder()
          .maximumSize(MOST_ROOTS)
          .executor(Runnable::run)
          .<Optional<String>, BackendTls>removalListener((roots, tls, cause) -> close(tls))
          .build();

  public Connector(Transport transport) {
    this.transport = transport;
  }

  /**
   * A connection on its way.
   *
   * @param channel may be closed at any time to give up
   * @param ready done when the handler may send, of the channel's event loop
   */
  public record Connecting(Channel channel, Future<Void> ready) {}

  /** Connects on a client's own event loop; {@code limit} is for TCP and TLS together. */
  public Connecting connect(
      EventLoop loop,
      SocketAddress address,
      Optional<EndpointTls> tls,
      Duration limit,
      ChannelHandler handler) {
    if (tls.isEmpty()) {
      ChannelFuture dialled = transport.dial(loop, address, limit, handler);
      return new Connecting(dialled.channel(), dialled);
    }
    Promise<Void> ready = loop.newPromise();
    ChannelFuture dialled =
        transport.dial(loop, address, limit, encrypted(address, tls.get(), ready, handler));
    dialled.addListener(done -> {
      if (!done.isSuccess()) {
        ready.tryFailure(done.cause());
      }
    });
    giveUpAfter(limit, dialled.channel(), ready);
    return new Connecting(dialled.channel(), ready);
  }

  private ChannelHandler encrypted(
      SocketAddress address, EndpointTls tls, Promise<Void> ready, ChannelHandler handler) {
    int port = address instanceof InetSocketAddress inet ? inet.getPort() : 0;
    return new ChannelInitializer<Channel>() {
      @Override
      protected void initChannel(Channel channel) {
        try {
          BackendTls verifier = verifiers.get(tls.roots(), BackendTls::verifyFull);
          channel
              .pipeline()
              .addLast(new BackendTlsHandler(verifier, tls.name(), port, ready), handler);
        } catch (TaidonException e) {
          ready.tryFailure(e);
          channel.close();
        }
      }
    };
  }

  private static void giveUpAfter(Duration limit, Channel channel, Promise<Void> ready) {
    var timer =
        channel
            .eventLoop()
            .schedule(
                () -> {
                  channel.close();
                },
                limit.toNanos(),
                TimeUnit.NANOSECONDS);
    ready.addListener(done -> timer.cancel(false));
  }

  private static void close(@org.jspecify.annotations.Nullable BackendTls tls) {
    if (tls != null) {
      tls.close();
    }
  }

  @Override
  public void close() {
    verifiers.invalidateAll();
  }
}
