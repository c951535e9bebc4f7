package io.taidon.gateway.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.taidon.gateway.wire.Fault;
import io.taidon.gateway.wire.Messages;
import io.taidon.gateway.wire.SqlState;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A session after the hand-off: two connections on one event loop, and bytes that move between
 * them. One small handler is left on each side. Call on the event loop only, except where it says
 * otherwise.
 *
 * <p>Back-pressure: a leg is not read while the other has more than its high-water mark to write.
 * Errors and notices of ours go to the client only between two messages of the server.
 */
public final class Relay {
  private static final byte[] TERMINATE = {'X', 0, 0, 0, 4};

  private final Channel client;
  private final Channel server;
  private final Duration farewell;
  private final Consumer<RelayEnd> ended;
  private final Conversation conversation = new Conversation();
  private final ClientWalk fromClient = new ClientWalk(conversation);
  private final ServerWalk fromServer = new ServerWalk(conversation);
  private final ClientLeg clientLeg = new ClientLeg();
  private final ServerLeg serverLeg = new ServerLeg();
  private boolean clientDone;
  private final AtomicLong bytesToServer = new AtomicLong();
  private final AtomicLong bytesToClient = new AtomicLong();
  private @Nullable Fault lastWord;
  private @Nullable ByteBuf notice;
  private RelayEnd.@Nullable Reason reason;

  /**
   * A relay that has not begun.
   *
   * @param farewell how long the client has to read the last bytes
   * @param ended told once, when the server's leg is closed and the client's is, or is about to be
   */
  public Relay(Channel client, Channel server, Duration farewell, Consumer<RelayEnd> ended) {
    this.client = client;
    this.server = server;
    this.farewell = farewell;
    this.ended = ended;
  }

  /**
   * Takes over both connections.
   *
   * @param clientHandler the handler of the client's pipeline that the relay replaces
   * @param serverHandler that of the server's
   * @param fromClientEarly what the client sent before it was asked; ours to release
   * @param fromServerEarly what the server sent since it was ready; ours to release
   */
  public void begin(
      ChannelHandler clientHandler,
      ChannelHandler serverHandler,
      ByteBuf fromClientEarly,
      ByteBuf fromServerEarly) {
    client.pipeline().replace(clientHandler, null, clientLeg);
    server.pipeline().replace(serverHandler, null, serverLeg);
    if (fromServerEarly.isReadable()) {
      toClient(fromServerEarly);
      client.flush();
    } else {
      fromServerEarly.release();
    }
    if (fromClientEarly.isReadable()) {
      toServer(fromClientEarly);
      server.flush();
    } else {
      fromClientEarly.release();
    }
    client.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    client.config().setAutoRead(true);
    server.config().setAutoRead(true);
  }

  /** Whether the client has used the session since the last call. From any thread. */
  public boolean takeActivity() {
    return conversation.takeActivity();
  }

  /** What the client sent so far. From any thread. */
  public long bytesToServer() {
    return bytesToServer.getOpaque();
  }

  /** What the server sent so far. From any thread. */
  public long bytesToClient() {
    return bytesToClient.getOpaque();
  }

  /** Costs as much as a plain addition: only the event loop writes, and readers may be late. */
  private static void add(AtomicLong sum, ByteBuf bytes) {
    sum.setOpaque(sum.getPlain() + bytes.readableBytes());
  }

  /** Ends the session as soon as no query and no transaction is under way. */
  public void endWhenIdle(Fault fault) {
    lastWord = fault;
    if (isQuiet()) {
      finish();
    }
  }

  /** Ends the session at once; the client hears why if it is between two messages. */
  public void endNow(Fault fault) {
    lastWord = fault;
    finish();
  }

  /**
   * The server is going down. It mostly says so itself; if it does not, the client hears this when
   * the connection breaks.
   */
  public void serverGoesDown(Fault fault) {
    lastWord = fault;
    if (isQuiet()) {
      finish();
    } else {
      server.eventLoop().schedule(this::finish, farewell.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** Tells the client something when no query is under way. The latest replaces one that waits. */
  public void noticeWhenIdle(ByteBuf message) {
    dropNotice();
    notice = message;
    if (isQuiet()) {
      sayNotice();
      client.flush();
    }
  }

  private boolean isQuiet() {
    return conversation.isIdle() && fromClient.atBoundary() && fromServer.atBoundary();
  }

  private void toServer(ByteBuf bytes) {
    add(bytesToServer, bytes);
    fromClient.over(bytes);
    server.write(bytes, server.voidPromise());
    if (!server.isWritable()) {
      client.config().setAutoRead(false);
    }
  }

  private void toClient(ByteBuf bytes) {
    add(bytesToClient, bytes);
    fromServer.over(bytes);
    client.write(bytes, client.voidPromise());
    if (!client.isWritable()) {
      server.config().setAutoRead(false);
    }
    if (fromServer.isBroken()) {
      server.close();
    } else if (fromServer.atReady()) {
      betweenQueries();
    }
  }

  private void betweenQueries() {
    if (notice != null) {
      sayNotice();
    }
    if (lastWord != null && isQuiet()) {
      finish();
    }
  }

  private void sayNotice() {
    ByteBuf message = notice;
    notice = null;
    if (message != null) {
      client.write(message, client.voidPromise());
    }
  }

  private void dropNotice() {
    ReferenceCountUtil.release(notice);
    notice = null;
  }

  /** We end it: last word to the client, a proper goodbye to the server. */
  private void finish() {
    if (reason != null) {
      return;
    }
    end(RelayEnd.Reason.TOLD, fromServer.atBoundary() ? Optional.ofNullable(lastWord) : NOTHING);
    if (server.isActive()) {
      boolean clean = fromClient.atBoundary();
      closeServer(clean ? Unpooled.wrappedBuffer(TERMINATE) : Unpooled.EMPTY_BUFFER);
    }
  }

  /** The server closed its side: everything it said goes to the client, then maybe our reason. */
  private void serverClosed() {
    if (reason == null) {
      boolean spoken = fromServer.endedWithError();
      boolean silent =
          spoken || clientDone || conversation.isTerminating() || !fromServer.atBoundary();
      Fault fault = lastWord != null ? lastWord : fromClient.isBroken() ? INVALID : SERVER_LOST;
      end(reasonOfClosing(spoken), silent ? NOTHING : Optional.of(fault));
    }
    server.close();
  }

  private RelayEnd.Reason reasonOfClosing(boolean spoken) {
    if (conversation.isTerminating()) {
      return RelayEnd.Reason.CLIENT_LEFT;
    }
    if (clientDone) {
      return RelayEnd.Reason.CLIENT_LOST;
    }
    return spoken ? RelayEnd.Reason.SERVER_CLOSED : RelayEnd.Reason.SERVER_LOST;
  }

  /** The client closed its side but still reads: so does what the server sees of it. */
  private void clientClosed() {
    clientDone = true;
    server
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(flushed -> {
          if (server.isActive() && server instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
          }
        });
  }

  /** The client is gone for good. */
  private void clientGone() {
    if (reason == null) {
      conclude(
          conversation.isTerminating() ? RelayEnd.Reason.CLIENT_LEFT : RelayEnd.Reason.CLIENT_LOST);
    }
    if (server.isActive()) {
      closeServer(Unpooled.EMPTY_BUFFER);
    }
  }

  /** Closes the server's leg when it has what the client sent, or when it takes too long. */
  private void closeServer(ByteBuf words) {
    server.config().setAutoRead(true); // or a server that waits for us to read never reads itself
    var timer =
        server
            .eventLoop()
            .schedule(() -> server.close(), farewell.toMillis(), TimeUnit.MILLISECONDS);
    server.closeFuture().addListener(closed -> timer.cancel(false));
    server.writeAndFlush(words).addListener(ChannelFutureListener.CLOSE);
  }

  private void end(RelayEnd.Reason why, Optional<Fault> word) {
    ByteBuf words =
        word.map(fault -> Messages.error(client.alloc(), fault)).orElse(Unpooled.EMPTY_BUFFER);
    conclude(why);
    Farewell.say(client, clientLeg, words, farewell);
  }

  private void conclude(RelayEnd.Reason why) {
    reason = why;
    dropNotice();
    ended.accept(new RelayEnd(why, bytesToServer(), bytesToClient()));
  }

  private static final Optional<Fault> NOTHING = Optional.empty();
  private static final Fault SERVER_LOST =
      Fault.fatal(SqlState.CONNECTION_FAILURE, "The connection to the instance's server was lost.")
          .withHint("Connect again.");

  /** The server closes without a word on a message of an impossible length. */
  private static final Fault INVALID =
      Fault.fatal(
          SqlState.PROTOCOL_VIOLATION, "The client sent a message of an impossible length.");

  /** What the client says. */
  private final class ClientLeg extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      toServer((ByteBuf) message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      server.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      if (client.isWritable()) {
        server.config().setAutoRead(true);
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event == ChannelInputShutdownEvent.INSTANCE) {
        clientClosed();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      clientGone();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      client.close();
    }
  }

  /** What the server says. */
  private final class ServerLeg extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (reason == null) {
        toClient((ByteBuf) message);
      } else {
        ReferenceCountUtil.release(message);
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      client.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      if (server.isWritable()) {
        client.config().setAutoRead(true);
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event == ChannelInputShutdownEvent.INSTANCE) {
        serverClosed();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      serverClosed();
    }

    /**
     * What the server said before its connection broke may still be unread, such as the reason. It
     * is read to its end, which is mostly there already.
     */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      server.config().setAutoRead(true);
      server.eventLoop().schedule(() -> server.close(), farewell.toMillis(), TimeUnit.MILLISECONDS);
    }
  }
}
