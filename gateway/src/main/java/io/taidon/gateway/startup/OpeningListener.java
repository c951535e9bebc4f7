package io.taidon.gateway.startup;

import io.netty.channel.ChannelHandlerContext;

/** Who takes over a connection. Called on its event loop. */
public interface OpeningListener {
  /**
   * A client has said what it wants. Called once, while the {@link StartupHandler} is still in the
   * pipeline and as the last thing it does: the listener adds its own handlers behind it ({@code
   * addLast}) before it returns. Then the startup handler removes itself, and what the client sent
   * ahead reaches them as their first read. With TLS the {@code SslHandler} stays.
   *
   * @param ctx the startup handler's; use its channel and pipeline, keep only the channel
   */
  void opened(ChannelHandlerContext ctx, Opening opening);

  /** A connection ended before it opened; it has been closed, or will be after what was written. */
  default void ended(Ending ending) {}
}
