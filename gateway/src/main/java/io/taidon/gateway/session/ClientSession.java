package io.taidon.gateway.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.taidon.gateway.admission.Entry.Place;
import io.taidon.gateway.backend.ServerDial;
import io.taidon.gateway.directory.Endpoint;
import io.taidon.gateway.relay.Farewell;
import io.taidon.gateway.startup.Opening;
import io.taidon.gateway.wire.Fault;
import io.taidon.gateway.wire.FrameDecoder;
import io.taidon.gateway.wire.Framing;
import io.taidon.gateway.wire.Messages;
import io.taidon.gateway.wire.Parameter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One client from its startup packet to the hand-off: {@link Authentication}, then {@link Arrival}
 * at its server, then the relay takes over and this is gone. Everything happens on the client's
 * event loop; what the directory answers elsewhere is brought there.
 */
public final class ClientSession extends ChannelInboundHandlerAdapter {
  /** What a client may send before it is asked; more stays in its socket. */
  private static final int MOST_EARLY_BYTES = 64 * 1024;

  private final SessionServices services;
  private final Opening.Session opening;
  private final Channel channel;
  private final Place socket;
  private final FrameDecoder frames;
  private final long start = System.nanoTime();
  private final long number;
  private Stage stage = new Stage.Over();
  private @Nullable ServerDial earlyDial;

  private ClientSession(
      SessionServices services, Opening.Session opening, Channel channel, Place socket) {
    this.services = services;
    this.opening = opening;
    this.channel = channel;
    this.socket = socket;
    this.number = services.log().nextNumber();
    this.frames = new FrameDecoder(channel.alloc());
  }

  /**
   * Takes over a connection whose client wants to log in; on its event loop.
   *
   * @param socket the place of those who have not logged in, given back when this one has
   */
  public static void begin(
      SessionServices services, Opening.Session opening, Channel channel, Place socket) {
    ClientSession session = new ClientSession(services, opening, channel, socket);
    channel.pipeline().addLast(session);
    session.negotiate();
    Authentication authentication = new Authentication(session);
    opening.deadline().onExpiry(authentication::expired);
    session.stage = authentication;
    authentication.begin();
  }

  SessionServices services() {
    return services;
  }

  Opening.Session opening() {
    return opening;
  }

  /** Tells it from the others in the log. */
  long number() {
    return number;
  }

  Channel channel() {
    return channel;
  }

  ByteBufAllocator alloc() {
    return channel.alloc();
  }

  boolean isOver() {
    return stage instanceof Stage.Over;
  }

  /**
   * Connects to a server while its client still proves who it is, which saves a round trip and the
   * server's fork. Not more than the rate limit lets pass comes here, so the server is no worse off
   * than if clients connected to it directly.
   *
   * @param ahead what to begin the login with, too; empty to wait with that, for a login under way
   *     has one of the server's {@code max_connections}
   */
  void dialEarly(Endpoint endpoint, Optional<List<Parameter>> ahead) {
    ServerDial dialling = dial(endpoint);
    earlyDial = dialling;
    ahead.ifPresent(dialling::askAhead);
  }

  /** The connection that was made early, if it is there and leads where it should. */
  @Nullable ServerDial takeEarlyDial(Endpoint endpoint) {
    ServerDial early = earlyDial;
    earlyDial = null;
    if (early == null || (early.endpoint().equals(endpoint) && early.channel().isOpen())) {
      return early;
    }
    early.abandon();
    return null;
  }

  ServerDial dial(Endpoint endpoint) {
    return ServerDial.begin(
        services.connector(), channel.eventLoop(), endpoint, services.timeouts().dial());
  }

  /** Since the startup packet. */
  long nanosSinceStart() {
    return System.nanoTime() - start;
  }

  /** The client is who it says. */
  void admitted(Admitted admitted, SessionInfo info) {
    opening.deadline().met();
    socket.close();
    Arrival arrival = new Arrival(this, admitted, info);
    stage = arrival;
    arrival.begin();
  }

  /** The relay has the connection now; what the client sent ahead goes with it. */
  ByteBuf handOff() {
    stage = new Stage.Over();
    return frames.takeRest();
  }

  /** Turns the client away. */
  void fail(Fault fault) {
    if (!isOver()) {
      dismiss(Messages.error(alloc(), fault));
    }
  }

  /** Turns the client away with an error of its server's. */
  void dismiss(ByteBuf error) {
    if (isOver()) {
      error.release();
      return;
    }
    end();
    Farewell.say(channel, this, error, services.timeouts().farewell());
  }

  /**
   * Waits for somebody else's answer without waiting. Nothing is called if the client is gone by
   * then.
   */
  <T> void whenDone(CompletionStage<T> answer, Consumer<T> then, Consumer<Throwable> otherwise) {
    answer.whenComplete((value, failure) ->
        onLoop(() -> {
          if (failure == null) {
            then.accept(value);
          } else {
            otherwise.accept(failure);
          }
        }));
  }

  /** Does something on the event loop, at once if this is it; nothing if the client is gone. */
  void onLoop(Runnable action) {
    if (channel.eventLoop().inEventLoop()) {
      ifOpen(action);
    } else {
      channel.eventLoop().execute(() -> ifOpen(action));
    }
  }

  private void ifOpen(Runnable action) {
    if (!isOver()) {
      action.run();
    }
  }

  /** Exactly once, before anything else is said. */
  private void negotiate() {
    opening
        .message()
        .negotiation()
        .ifPresent(need ->
            channel.write(
                Messages.negotiateProtocolVersion(
                    alloc(), need.newestMinor(), need.unknownOptions())));
  }

  private void end() {
    Stage last = stage;
    stage = new Stage.Over();
    opening.deadline().met();
    socket.close();
    last.abandon();
    if (earlyDial != null) {
      earlyDial.abandon();
    }
    frames.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (isOver()) {
      ReferenceCountUtil.release(message);
      return;
    }
    frames.add((ByteBuf) message);
    readOn();
    if (!isOver() && frames.heldBytes() > MOST_EARLY_BYTES) {
      channel.config().setAutoRead(false);
    }
  }

  /** Reads what is there, as far as anybody wants it. */
  void readOn() {
    while (stage.reads()) {
      switch (frames.next(stage.expects())) {
        case Framing.Frame frame -> {
          try {
            stage.take(frame.body());
          } finally {
            frame.body().release();
          }
        }
        case Framing.NeedsMore _ -> {
          return;
        }
        case Framing.Broken broken -> stage.broken(broken.fault());
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (!isOver()) {
      end();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    services.log().defect(number, cause);
    context.close();
  }
}
