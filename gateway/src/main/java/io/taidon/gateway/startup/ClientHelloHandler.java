package io.taidon.gateway.startup;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslClientHelloHandler;
import io.netty.util.concurrent.Future;
import io.taidon.gateway.tls.ClientHello;
import io.taidon.gateway.tls.ServerTls;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the whole ClientHello, however it is fragmented, and puts the {@code SslHandler} for
 * its server name in its own place. A client that wants to speak another protocol, or speaks TLS
 * from the first byte without saying which one, is refused with an alert, as PostgreSQL does
 * (against ALPACA attacks).
 */
final class ClientHelloHandler extends SslClientHelloHandler<ClientHello> {
  /** A fatal alert, no_application_protocol (RFC 7301, section 3.2), not encrypted. */
  private static final byte[] NO_APPLICATION_PROTOCOL = {0x15, 3, 3, 0, 2, 2, 120};

  /** Many times that of a hello with post-quantum key shares. */
  private static final int MOST_HELLO_BYTES = 16 * 1024;

  private final ServerTls tls;
  private final boolean direct;
  private Optional<String> serverName = Optional.empty();
  private Optional<byte[]> serverEndPoint = Optional.empty();

  ClientHelloHandler(ServerTls tls, boolean direct) {
    super(MOST_HELLO_BYTES);
    this.tls = tls;
    this.direct = direct;
  }

  boolean direct() {
    return direct;
  }

  Optional<String> serverName() {
    return serverName;
  }

  Optional<byte[]> serverEndPoint() {
    return serverEndPoint;
  }

  @Override
  protected Future<ClientHello> lookup(ChannelHandlerContext ctx, @Nullable ByteBuf clientHello)
      throws SSLHandshakeException {
    if (clientHello == null) {
      throw new SSLHandshakeException("TLS does not begin with a ClientHello");
    }
    return ctx.executor().newSucceededFuture(ClientHello.read(clientHello));
  }

  @Override
  protected void onLookupComplete(ChannelHandlerContext ctx, Future<ClientHello> future)
      throws SSLHandshakeException {
    ClientHello hello = future.getNow();
    boolean ours =
        switch (hello.alpn()) {
          case POSTGRESQL -> true;
          case NOTHING -> !direct;
          case OTHERS -> false;
        };
    if (!ours) {
      ctx.writeAndFlush(Unpooled.wrappedBuffer(NO_APPLICATION_PROTOCOL))
          .addListener(ChannelFutureListener.CLOSE);
      throw new SSLHandshakeException("the client does not offer ALPN \"postgresql\"");
    }
    ServerTls.Handshake handshake = tls.begin(ctx.alloc(), hello.serverName());
    serverName = hello.serverName();
    serverEndPoint = handshake.serverEndPoint();
    ctx.pipeline().replace(this, null, handshake.handler());
  }
}
