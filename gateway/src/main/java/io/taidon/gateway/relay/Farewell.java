package io.taidon.gateway.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The last words to a client. A socket closed with unread input is reset, and the client loses what
 * it was sent; so the output is flushed and shut down, and what still comes in is dropped until the
 * client closes too, or the time is up.
 */
public final class Farewell extends ChannelInboundHandlerAdapter {
  private final Duration limit;

  private Farewell(Duration limit) {
    this.limit = limit;
  }

  /**
   * Ends a connection; call on its event loop.
   *
   * @param current the handler that this takes the place of
   * @param words the last bytes, maybe none; released here
   */
  public static void say(Channel channel, ChannelHandler current, ByteBuf words, Duration limit) {
    if (!channel.isActive() || channel.pipeline().context(current) == null) {
      ReferenceCountUtil.release(words);
      channel.close();
      return;
    }
    Farewell farewell = new Farewell(limit);
    channel.pipeline().replace(current, null, farewell);
    farewell.begin(channel, words);
  }

  private void begin(Channel channel, ByteBuf words) {
    channel.config().setAutoRead(true);
    var timer =
        channel
            .eventLoop()
            .schedule(() -> channel.close(), limit.toMillis(), TimeUnit.MILLISECONDS);
    channel.closeFuture().addListener(closed -> timer.cancel(false));
    channel
        .writeAndFlush(words)
        .addListener(
            (ChannelFutureListener)
                written -> {
                  if (written.isSuccess()) {
                    endOutput(channel);
                  } else {
                    channel.close();
                  }
                });
  }

  private static void endOutput(Channel channel) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      shutDown(channel);
    } else {
      tls.closeOutbound().addListener(closed -> shutDown(channel));
    }
  }

  private static void shutDown(Channel channel) {
    if (channel instanceof DuplexChannel duplex && channel.isActive()) {
      if (duplex.isInputShutdown()) {
        channel.close();
      } else {
        duplex.shutdownOutput();
      }
    } else {
      channel.close();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ReferenceCountUtil.release(message);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    // the client has closed its side; as soon as it has been sent everything, so do we
    if (event == ChannelInputShutdownEvent.INSTANCE
        && context.channel() instanceof DuplexChannel duplex
        && duplex.isOutputShutdown()) {
      context.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
