package io.taidon.gateway.backend;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import io.taidon.core.scram.ScramKeys;
import io.taidon.gateway.auth.ScramClient;
import io.taidon.gateway.wire.Fault;
import io.taidon.gateway.wire.FrameDecoder;
import io.taidon.gateway.wire.FrameLimits;
import io.taidon.gateway.wire.Framing;
import io.taidon.gateway.wire.Messages;
import io.taidon.gateway.wire.Parameter;
import io.taidon.gateway.wire.ProtocolVersion;
import io.taidon.gateway.wire.SqlState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The handler of a connection to an instance's server until the server is ready for queries. May be
 * connected before it is known who will log in. Always speaks protocol 3.0, which every server
 * does: 3.2 differs in the length of cancel keys only, and those stay between the server and us.
 * Belongs to one event loop.
 */
public final class ServerLogin extends ChannelInboundHandlerAdapter {
  private static final int MOST_TEXT = 64 * 1024;
  private static final int MOST_GREETING = 1024 * 1024;
  private static final int USUAL_GREETING = 768;

  private static final int OK = 0;
  private static final int SASL = 10;
  private static final int SASL_CONTINUE = 11;
  private static final int SASL_FINAL = 12;

  private @Nullable ChannelHandlerContext context;
  private @Nullable FrameDecoder frames;
  private @Nullable Consumer<LoginOutcome> listener;
  private @Nullable ScramClient scram;
  private @Nullable ByteBuf greeting;
  private Optional<ScramKeys> keys = Optional.empty();
  private boolean serverProved;
  private boolean authenticated;
  private ProcessKey process = ProcessKey.NONE;

  /**
   * Logs in; call once, on the event loop, when the channel is active.
   *
   * @param parameters the startup message's, with the role to be
   * @param credentials what to log in with, if the server asks
   * @param outcome told once
   */
  public void start(
      List<Parameter> parameters,
      Optional<ScramKeys> credentials,
      Duration limit,
      Consumer<LoginOutcome> outcome) {
    listener = outcome;
    keys = credentials;
    ChannelHandlerContext ours = context;
    if (ours == null || !ours.channel().isActive()) {
      lost();
      return;
    }
    Channel channel = ours.channel();
    frames = new FrameDecoder(channel.alloc());
    greeting = channel.alloc().buffer(USUAL_GREETING);
    channel.writeAndFlush(Messages.startup(channel.alloc(), ProtocolVersion.V3_0, parameters));
    channel.eventLoop().schedule(this::tooLate, limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  @Override
  public void channelRead(ChannelHandlerContext ours, Object message) {
    FrameDecoder decoder = frames;
    if (decoder == null || listener == null) {
      ReferenceCountUtil.release(message);
      return;
    }
    decoder.add((ByteBuf) message);
    while (listener != null) {
      switch (decoder.next(ServerLogin::most)) {
        case Framing.Frame frame -> take(frame);
        case Framing.NeedsMore _ -> {
          return;
        }
        case Framing.Broken broken -> fail(broken.fault().message());
      }
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ours, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      ours.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ours) {
    lost();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ours, Throwable cause) {
    ours.close();
  }

  private static int most(byte type) {
    return switch (type) {
      case 'S', 'N', 'E', 'v', 'R' -> MOST_TEXT;
      case 'K' -> 4 + 256;
      case 'Z' -> 1;
      default -> FrameLimits.NOT_NOW;
    };
  }

  private void take(Framing.Frame frame) {
    ByteBuf body = frame.body();
    try {
      switch (frame.type()) {
        case 'R' -> authenticate(body);
        case 'S', 'N' -> keep(frame.type(), body);
        case 'K' -> process = ProcessKey.read(body);
        case 'Z' -> ready(body);
        case 'E' -> refused(body);
        default -> {
          // NegotiateProtocolVersion: we asked for nothing that a server could lack
        }
      }
    } finally {
      body.release();
    }
  }

  private void authenticate(ByteBuf body) {
    int request = body.readableBytes() < 4 ? -1 : body.readInt();
    switch (request) {
      case OK -> {
        authenticated = scram == null || serverProved;
        if (!authenticated) {
          fail("The instance's server did not prove that it is the one.");
        }
      }
      case SASL -> answerSasl(body);
      case SASL_CONTINUE -> answerContinue(body);
      case SASL_FINAL -> {
        serverProved = scram != null && scram.provesServer(ByteBufUtil.getBytes(body));
        if (!serverProved) {
          fail("The instance's server did not prove that it is the one.");
        }
      }
      default -> fail("The instance's server asks for a login that the gateway cannot do.");
    }
  }

  private void answerSasl(ByteBuf body) {
    boolean offered =
        List.of(body.toString(StandardCharsets.ISO_8859_1).split("\0"))
            .contains(ScramClient.MECHANISM);
    if (!offered || keys.isEmpty() || scram != null) {
      fail("The instance's server asks for a login that the gateway cannot do.");
      return;
    }
    scram = ScramClient.start(keys.get());
    send(Messages.saslInitialResponse(alloc(), ScramClient.MECHANISM, scram.first()));
  }

  private void answerContinue(ByteBuf body) {
    Optional<byte[]> last =
        scram == null ? Optional.empty() : scram.last(ByteBufUtil.getBytes(body));
    if (last.isEmpty()) {
      fail("The instance's server broke the rules of SCRAM.");
      return;
    }
    send(Messages.saslResponse(alloc(), last.get()));
  }

  private void keep(byte type, ByteBuf body) {
    ByteBuf all = greeting;
    if (all == null || all.readableBytes() + body.readableBytes() > MOST_GREETING) {
      fail("The instance's server said too much before it was ready.");
      return;
    }
    all.writeByte(type).writeInt(body.readableBytes() + 4).writeBytes(body);
  }

  private void ready(ByteBuf body) {
    if (!authenticated || !body.isReadable()) {
      fail("The instance's server said that it is ready before it was.");
      return;
    }
    ByteBuf said = greeting;
    FrameDecoder decoder = frames;
    greeting = null;
    frames = null;
    end(
        new LoginOutcome.Ready(
            said == null ? Unpooled.EMPTY_BUFFER : said,
            process,
            body.readByte(),
            decoder == null ? Unpooled.EMPTY_BUFFER : decoder.takeRest()));
  }

  private void refused(ByteBuf body) {
    ByteBuf error = alloc().buffer(5 + body.readableBytes());
    String state = stateOf(body);
    error.writeByte('E').writeInt(body.readableBytes() + 4).writeBytes(body);
    end(new LoginOutcome.Refused(error, state));
    close();
  }

  /** The field C of an ErrorResponse; empty if it has none. */
  private static String stateOf(ByteBuf body) {
    for (String field : body.toString(StandardCharsets.ISO_8859_1).split("\0")) {
      if (field.startsWith("C")) {
        return field.substring(1);
      }
    }
    return "";
  }

  private void lost() {
    end(new LoginOutcome.Lost());
    release();
  }

  private void tooLate() {
    if (listener != null) {
      fail("The instance's server did not finish the login in time.");
    }
  }

  private void fail(String sentence) {
    end(
        new LoginOutcome.Failed(
            Fault.fatal(SqlState.SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION, sentence)));
    close();
  }

  private void end(LoginOutcome outcome) {
    Consumer<LoginOutcome> told = listener;
    listener = null;
    keys = Optional.empty();
    scram = null;
    if (told != null) {
      told.accept(outcome);
    }
  }

  private void close() {
    release();
    if (context != null) {
      context.close();
    }
  }

  private void release() {
    ReferenceCountUtil.release(greeting);
    greeting = null;
    if (frames != null) {
      frames.close();
      frames = null;
    }
  }

  private void send(ByteBuf message) {
    if (context != null) {
      context.writeAndFlush(message);
    }
  }

  private ByteBufAllocator alloc() {
    if (context == null) {
      throw new IllegalStateException("not on a channel");
    }
    return context.alloc();
  }
}
