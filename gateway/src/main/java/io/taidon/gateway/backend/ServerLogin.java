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
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The handler of a connection to an instance's server until the server is ready for queries. May be
 * connected, and have begun the login as far as the proof ({@link #askAhead}), before it is known
 * whether anybody will log in. Always speaks protocol 3.0, which every server does: 3.2 differs in
 * the length of cancel keys only, and those stay between the server and us. Belongs to one event
 * loop.
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

  /** What the server said that cannot be dealt with before somebody logs in. */
  private Framing.@Nullable Frame waiting;

  private @Nullable Future<?> deadline;

  /**
   * Begins a login as far as that goes without keys: the server gets ready while its client still
   * proves who it is. At most once, on the event loop; nothing happens if {@link #start} was called
   * or the channel is not active.
   *
   * @param parameters those that {@link #start} will be called with
   */
  public void askAhead(List<Parameter> parameters) {
    ChannelHandlerContext ours = context;
    if (frames == null && ours != null && ours.channel().isActive()) {
      sayWho(ours.channel(), parameters);
    }
  }

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
    deadline =
        ours.channel().eventLoop().schedule(this::tooLate, limit.toMillis(), TimeUnit.MILLISECONDS);
    if (frames == null) {
      sayWho(ours.channel(), parameters);
    } else {
      readOn();
    }
  }

  private void sayWho(Channel channel, List<Parameter> parameters) {
    frames = new FrameDecoder(channel.alloc());
    greeting = channel.alloc().buffer(USUAL_GREETING);
    channel.writeAndFlush(Messages.startup(channel.alloc(), ProtocolVersion.V3_0, parameters));
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  @Override
  public void channelRead(ChannelHandlerContext ours, Object message) {
    FrameDecoder decoder = frames;
    if (decoder == null) {
      ReferenceCountUtil.release(message);
      return;
    }
    decoder.add((ByteBuf) message);
    if (decoder.heldBytes() > MOST_GREETING) {
      fail("The instance's server said too much before it was ready.");
    } else {
      readOn();
    }
  }

  /** Reads what is there; before {@link #start} no further than to what needs keys. */
  private void readOn() {
    Framing.Frame held = waiting;
    if (held != null && listener != null) {
      waiting = null;
      take(held);
    }
    while (frames != null && waiting == null) {
      switch (frames.next(ServerLogin::most)) {
        case Framing.Frame frame when listener != null || isQuestion(frame) -> take(frame);
        case Framing.Frame frame -> waiting = frame;
        case Framing.NeedsMore _ -> {
          return;
        }
        case Framing.Broken broken -> fail(broken.fault().message());
      }
    }
  }

  /** Whether it is the one message that is answered before anybody logs in. */
  private static boolean isQuestion(Framing.Frame frame) {
    ByteBuf body = frame.body();
    return frame.type() == 'R'
        && body.readableBytes() >= 4
        && body.getInt(body.readerIndex()) == SASL;
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
        // Where there are keys the server has to show that it knows them, too: one that lets
        // everybody in is not the one that the role was proved for.
        authenticated = serverProved || keys.isEmpty() && scram == null;
        if (!authenticated) {
          fail("The instance's server did not prove that it is the one.");
        }
      }
      case SASL -> answerSasl(body);
      case SASL_CONTINUE -> answerContinue(body);
      case SASL_FINAL -> {
        serverProved =
            scram != null
                && keys.isPresent()
                && scram.provesServer(ByteBufUtil.getBytes(body), keys.get());
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
    boolean hasNoKeys = listener != null && keys.isEmpty();
    if (!offered || hasNoKeys || scram != null) {
      fail("The instance's server asks for a login that the gateway cannot do.");
      return;
    }
    scram = ScramClient.start();
    send(Messages.saslInitialResponse(alloc(), ScramClient.MECHANISM, scram.first()));
  }

  private void answerContinue(ByteBuf body) {
    Optional<byte[]> last =
        scram == null || keys.isEmpty()
            ? Optional.empty()
            : scram.last(ByteBufUtil.getBytes(body), keys.get());
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
    if (deadline != null) {
      deadline.cancel(false);
    }
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
    if (waiting != null) {
      waiting.body().release();
      waiting = null;
    }
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
