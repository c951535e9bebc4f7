package io.taidon.gateway.startup;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.taidon.gateway.proxy.ProxyHeader;
import io.taidon.gateway.relay.Farewell;
import io.taidon.gateway.startup.FirstPacket.Encryption;
import io.taidon.gateway.tls.ServerTls;
import io.taidon.gateway.tls.TlsDetails;
import io.taidon.gateway.wire.Fault;
import io.taidon.gateway.wire.Messages;
import io.taidon.gateway.wire.ProtocolVersion;
import io.taidon.gateway.wire.SqlState;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * The beginning of every connection: PROXY header where one must come, requests for encryption, the
 * TLS handshake, then one StartupMessage or CancelRequest. Add it to a fresh channel, with nothing
 * in front of it. It hands over to an {@link OpeningListener}, or it ends the connection.
 *
 * <p>Nothing that came in plain text is ever read as if it had been encrypted: bytes that follow a
 * request for encryption end the connection (CVE-2021-23214), and what is held is dropped, not
 * carried over, when TLS begins.
 */
public final class StartupHandler extends ChannelInboundHandlerAdapter {
  private static final int TLS_HANDSHAKE = 0x16;
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private enum Phase {
    NEW,
    PROXY_HEADER,
    PACKETS,
    HANDSHAKE,
    OPENED,
    ENDED
  }

  private final StartupSettings settings;
  private final OpeningListener listener;
  private final Set<Encryption> requested = EnumSet.noneOf(Encryption.class);
  private Phase phase = Phase.NEW;
  private ByteBuf held = Unpooled.EMPTY_BUFFER;
  private boolean anythingRead;
  private Optional<TlsDetails> tls = Optional.empty();
  private Optional<ClientHelloHandler> hello = Optional.empty();
  private Optional<LoginDeadline> deadline = Optional.empty();
  private InetSocketAddress client = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  public StartupHandler(StartupSettings settings, OpeningListener listener) {
    this.settings = settings;
    this.listener = listener;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (ctx.channel().isActive()) {
      begin(ctx);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    begin(ctx);
    ctx.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf bytes)) {
      ReferenceCountUtil.release(message);
      return;
    }
    switch (phase) {
      case PROXY_HEADER, PACKETS -> {
        anythingRead |= bytes.isReadable();
        held = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), held, bytes);
        read(ctx);
      }
      // What is left of a handshake that failed, or comes after the end.
      case NEW, HANDSHAKE, ENDED -> bytes.release();
      case OPENED -> ctx.fireChannelRead(bytes);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (phase == Phase.HANDSHAKE && event instanceof SslHandshakeCompletionEvent handshake) {
      if (handshake.isSuccess()) {
        encrypted();
      } else {
        close(ctx, Ending.TLS_FAILED);
      }
    } else if (phase != Phase.OPENED && event == ChannelInputShutdownEvent.INSTANCE) {
      close(ctx, anythingRead ? Ending.CUT_SHORT : Ending.PROBE); // nothing more can come
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end(anythingRead ? Ending.CUT_SHORT : Ending.PROBE);
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (phase == Phase.OPENED) {
      ctx.fireExceptionCaught(cause);
    } else {
      boolean inTls = phase == Phase.HANDSHAKE || tls.isPresent();
      close(ctx, inTls ? Ending.TLS_FAILED : Ending.BROKEN);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    ByteBuf rest = takeHeld();
    if (phase == Phase.OPENED && rest.isReadable() && ctx.channel().isActive()) {
      ctx.fireChannelRead(rest);
      ctx.fireChannelReadComplete();
    } else {
      rest.release();
    }
    end(Ending.BROKEN);
  }

  private void begin(ChannelHandlerContext ctx) {
    if (phase != Phase.NEW) {
      return;
    }
    SocketAddress peer = ctx.channel().remoteAddress();
    if (peer instanceof InetSocketAddress address) {
      client = address;
    }
    phase = settings.proxies().contains(client) ? Phase.PROXY_HEADER : Phase.PACKETS;
    LoginDeadline started = LoginDeadline.start(ctx.channel(), settings.loginDeadline());
    started.onExpiry(() -> close(ctx, Ending.TOO_LATE));
    deadline = Optional.of(started);
  }

  /** Reads what is held for as long as that leads anywhere. */
  private void read(ChannelHandlerContext ctx) {
    boolean more = true;
    while (more && held.isReadable()) {
      more =
          switch (phase) {
            case PROXY_HEADER -> readProxyHeader(ctx);
            case PACKETS -> beginsTls() ? startDirectTls(ctx) : readPacket(ctx);
            case NEW, HANDSHAKE, OPENED, ENDED -> false;
          };
    }
  }

  private boolean readProxyHeader(ChannelHandlerContext ctx) {
    return switch (ProxyHeader.read(held)) {
      case ProxyHeader.NeedsMore _ -> false;
      case ProxyHeader.Refused _ -> close(ctx, Ending.PROXY_HEADER);
      case ProxyHeader.Read header -> {
        client = header.client().orElse(client);
        phase = Phase.PACKETS;
        yield true;
      }
    };
  }

  private boolean beginsTls() {
    return requested.isEmpty()
        && tls.isEmpty()
        && held.getByte(held.readerIndex()) == TLS_HANDSHAKE;
  }

  private boolean startDirectTls(ChannelHandlerContext ctx) {
    if (settings.tls().isEmpty()) {
      return close(ctx, Ending.TLS_FAILED);
    }
    ByteBuf beginning = takeHeld();
    ClientHelloHandler added = expectHello(ctx, settings.tls().get(), true);
    try {
      added.channelRead(ctx.pipeline().context(added), beginning);
    } catch (Exception e) {
      close(ctx, Ending.TLS_FAILED);
    }
    return false;
  }

  private boolean readPacket(ChannelHandlerContext ctx) {
    return switch (FirstPacket.read(held)) {
      case FirstPacket.NeedsMore _ -> false;
      case FirstPacket.Impossible _ -> close(ctx, Ending.NOT_POSTGRES);
      case FirstPacket.MalformedCancel _ -> close(ctx, Ending.MALFORMED_CANCEL);
      case FirstPacket.Refused refused -> refuse(ctx, Ending.REFUSED, refused.fault());
      case FirstPacket.EncryptionRequest request -> negotiate(ctx, request.kind());
      case FirstPacket.Cancel cancel ->
          open(ctx, new Opening.Cancel(cancel.pid(), cancel.key(), tls, client, runningDeadline()));
      case FirstPacket.Startup startup -> startSession(ctx, startup.message());
    };
  }

  private boolean negotiate(ChannelHandlerContext ctx, Encryption kind) {
    if (tls.isPresent() || !requested.add(kind)) {
      ProtocolVersion asked =
          ProtocolVersion.of(
              switch (kind) {
                case TLS -> Messages.SSL_REQUEST;
                case GSSAPI -> Messages.GSSENC_REQUEST;
              });
      return refuse(ctx, Ending.REFUSED, FirstPacket.unsupported(asked));
    }
    if (held.isReadable()) {
      return refuse(ctx, Ending.INJECTED, injected(kind));
    }
    if (kind == Encryption.TLS && settings.tls().isPresent()) {
      takeHeld().release();
      // First the answer, then the handler: what goes through that is encrypted.
      ctx.writeAndFlush(answer('S'));
      expectHello(ctx, settings.tls().get(), false);
      return false;
    }
    ctx.writeAndFlush(answer('N'));
    return true;
  }

  private ClientHelloHandler expectHello(
      ChannelHandlerContext ctx, ServerTls server, boolean direct) {
    phase = Phase.HANDSHAKE;
    ClientHelloHandler added = new ClientHelloHandler(server, direct);
    hello = Optional.of(added);
    ctx.pipeline().addBefore(ctx.name(), null, added);
    return added;
  }

  private void encrypted() {
    hello.ifPresent(seen ->
        tls = Optional.of(new TlsDetails(seen.serverName(), seen.serverEndPoint(), seen.direct())));
    hello = Optional.empty();
    phase = Phase.PACKETS;
  }

  private boolean startSession(ChannelHandlerContext ctx, StartupMessage message) {
    if (settings.tlsRequired() && tls.isEmpty()) {
      return refuse(
          ctx,
          Ending.REFUSED,
          Fault.fatal(SqlState.INVALID_AUTHORIZATION_SPECIFICATION, "This gateway requires TLS.")
              .withHint("Connect with sslmode=require, or better, verify-full."));
    }
    return open(ctx, new Opening.Session(message, tls, client, runningDeadline()));
  }

  private boolean open(ChannelHandlerContext ctx, Opening opening) {
    phase = Phase.OPENED;
    opening.deadline().onExpiry(ctx.channel()::close);
    listener.opened(ctx, opening);
    if (!ctx.isRemoved()) {
      ctx.pipeline().remove(this);
    }
    return false;
  }

  private boolean refuse(ChannelHandlerContext ctx, Ending ending, Fault fault) {
    end(ending);
    Farewell.say(ctx.channel(), this, Messages.error(ctx.alloc(), fault), FAREWELL);
    return false;
  }

  private boolean close(ChannelHandlerContext ctx, Ending ending) {
    end(ending);
    ctx.close();
    return false;
  }

  /** The connection comes to nothing. Only the first reason counts. */
  private void end(Ending ending) {
    if (phase == Phase.ENDED || phase == Phase.OPENED) {
      return;
    }
    phase = Phase.ENDED;
    takeHeld().release();
    deadline.ifPresent(LoginDeadline::met);
    listener.ended(ending);
  }

  private LoginDeadline runningDeadline() {
    return deadline.orElseThrow();
  }

  private ByteBuf takeHeld() {
    ByteBuf all = held;
    held = Unpooled.EMPTY_BUFFER;
    return all;
  }

  private static ByteBuf answer(char letter) {
    return Unpooled.wrappedBuffer(new byte[] {(byte) letter});
  }

  private static Fault injected(Encryption kind) {
    return Fault.fatal(
            SqlState.PROTOCOL_VIOLATION,
            "received unencrypted data after %s request".formatted(kind.words()))
        .withDetail(
            "This could be either a client-software bug or evidence of an attempted"
                + " man-in-the-middle attack.");
  }
}
