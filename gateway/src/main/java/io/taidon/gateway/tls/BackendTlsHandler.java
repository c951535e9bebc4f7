package io.taidon.gateway.tls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Promise;
import io.taidon.gateway.wire.Messages;
import java.io.IOException;

/**
 * Asks a backend for TLS and begins it. Completes its promise when everything behind it in the
 * pipeline is encrypted, and removes itself; fails it when not, and closes the channel.
 *
 * <p>The answer to our SSLRequest must be one byte and nothing more: what follows it in plain text
 * would be taken for the backend's word (CVE-2021-23222). An error instead of an answer is not read
 * either, because anybody can have sent it (CVE-2024-10977).
 */
public final class BackendTlsHandler extends ChannelInboundHandlerAdapter {
  private final BackendTls tls;
  private final String name;
  private final int port;
  private final Promise<Void> done;
  private boolean asked;
  private boolean answered;

  /**
   * For a new connection.
   *
   * @param name what the backend's certificate must be for
   * @param done of the channel's event loop
   */
  public BackendTlsHandler(BackendTls tls, String name, int port, Promise<Void> done) {
    this.tls = tls;
    this.name = name;
    this.port = port;
    this.done = done;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (ctx.channel().isActive()) {
      ask(ctx);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    ask(ctx);
    ctx.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf bytes)) {
      ctx.fireChannelRead(message);
      return;
    }
    if (answered) {
      bytes.release(); // the connection has failed, and this is what was left of it
      return;
    }
    try {
      answer(ctx, bytes);
    } finally {
      ReferenceCountUtil.release(bytes);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (answered && event instanceof SslHandshakeCompletionEvent handshake) {
      if (handshake.isSuccess()) {
        // Before anything decrypted comes: an event overtakes no bytes, a future might be late.
        ctx.pipeline().remove(this);
        done.trySuccess(null);
      } else {
        fail(ctx, handshake.cause());
      }
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    done.tryFailure(new IOException("the backend closed the connection before TLS began"));
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(ctx, cause);
  }

  private void ask(ChannelHandlerContext ctx) {
    if (!asked) {
      asked = true;
      ctx.writeAndFlush(Messages.sslRequest(ctx.alloc()));
    }
  }

  private void answer(ChannelHandlerContext ctx, ByteBuf bytes) {
    if (!bytes.isReadable()) {
      return;
    }
    if (bytes.getByte(bytes.readerIndex()) != 'S') {
      fail(ctx, new IOException("the backend does not speak TLS"));
    } else if (bytes.readableBytes() > 1) {
      fail(ctx, new IOException("the backend sent plain text after it had agreed to TLS"));
    } else {
      answered = true;
      ctx.pipeline().addBefore(ctx.name(), null, tls.newHandler(ctx.alloc(), name, port));
    }
  }

  private void fail(ChannelHandlerContext ctx, Throwable cause) {
    done.tryFailure(cause);
    ctx.close();
  }
}
