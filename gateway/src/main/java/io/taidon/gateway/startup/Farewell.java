package io.taidon.gateway.startup;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection so that its client gets the last message. A socket that is closed while bytes
 * of the client lie unread is reset, and the reset overtakes the message; so we close our half,
 * read on, and close the rest when the client has, or after a while.
 */
public final class Farewell {
  private Farewell() {}

  /**
   * Sends a last message and closes. The caller goes on reading, and throws away what it reads.
   *
   * @param last taken over
   * @param patience how long the client has to read it
   */
  public static void say(ChannelHandlerContext ctx, ByteBuf last, Duration patience) {
    Channel channel = ctx.channel();
    ctx.writeAndFlush(last).addListener(sent -> closeOutput(channel, sent, patience));
  }

  private static void closeOutput(Channel channel, Future<?> sent, Duration patience) {
    if (!sent.isSuccess() || !(channel instanceof DuplexChannel duplex)) {
      channel.close();
      return;
    }
    Future<?> alarm =
        channel
            .eventLoop()
            .schedule(() -> channel.close(), patience.toNanos(), TimeUnit.NANOSECONDS);
    channel.closeFuture().addListener(closed -> alarm.cancel(false));
    channel.config().setAutoRead(true);
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      duplex.shutdownOutput();
    } else {
      tls.closeOutbound().addListener(closed -> duplex.shutdownOutput());
    }
  }
}
