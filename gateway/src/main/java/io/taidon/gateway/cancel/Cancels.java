package io.taidon.gateway.cancel;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import io.taidon.gateway.metrics.Cancel;
import io.taidon.gateway.metrics.GatewayMetrics;
import io.taidon.gateway.transport.Transport;
import io.taidon.gateway.wire.Messages;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Serves cancel requests. A client learns nothing from one but that it is over: the connection is
 * closed when the server has closed its own, because clients take that for "done", and as late when
 * there was nothing to cancel. Never wakes an instance and counts as no use of it. Thread-safe.
 */
public final class Cancels {
  private static final long FIRST_GUESS_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final int WEIGHT = 8;

  private final SessionKeys keys;
  private final Transport transport;
  private final Duration limit;
  private final GatewayMetrics metrics;
  private volatile long usualNanos = FIRST_GUESS_NANOS;

  /** Serves the requests for some keys; {@code limit} bounds how long one may take. */
  public Cancels(SessionKeys keys, Transport transport, Duration limit, GatewayMetrics metrics) {
    this.keys = keys;
    this.transport = transport;
    this.limit = limit;
    this.metrics = metrics;
  }

  /** Does what a request asks for and closes its connection in the end. Call on its event loop. */
  public void serve(Channel client, int pid, byte[] key) {
    Optional<CancelTarget> target = keys.find(pid, key);
    switch (target.orElseGet(CancelTarget.Nothing::new)) {
      case CancelTarget.Process process -> pass(client, process);
      case CancelTarget.Hold hold -> {
        metrics.cancel(Cancel.WAIT_ENDED);
        hold.end().run();
        closeAsUsual(client);
      }
      case CancelTarget.Nothing _ -> {
        metrics.cancel(target.isPresent() ? Cancel.FAILED : Cancel.UNKNOWN_KEY);
        closeAsUsual(client);
      }
    }
  }

  /** There were too many from a network. */
  public void refuse(Channel client) {
    metrics.cancel(Cancel.REFUSED);
    closeAsUsual(client);
  }

  /** Takes the place of a cancel, so that a guess at a key is not told by the time it takes. */
  private void closeAsUsual(Channel client) {
    client.eventLoop().schedule(() -> client.close(), usualNanos, TimeUnit.NANOSECONDS);
  }

  private void pass(Channel client, CancelTarget.Process process) {
    long start = System.nanoTime();
    var timer =
        client.eventLoop().schedule(() -> client.close(), limit.toNanos(), TimeUnit.NANOSECONDS);
    transport
        .dial(client.eventLoop(), process.address(), limit, new Errand(process, client, start))
        .addListener(dialled -> {
          metrics.cancel(dialled.isSuccess() ? Cancel.FORWARDED : Cancel.FAILED);
          if (!dialled.isSuccess()) {
            closeAsUsual(client);
          }
        });
    client.closeFuture().addListener(closed -> timer.cancel(false));
  }

  private void took(long nanos) {
    usualNanos += (nanos - usualNanos) / WEIGHT; // a lost update does no harm
  }

  /** The request on its way to the server. It has no answer but the end of the connection. */
  private final class Errand extends ChannelInboundHandlerAdapter {
    private final CancelTarget.Process process;
    private final Channel client;
    private final long start;

    Errand(CancelTarget.Process process, Channel client, long start) {
      this.process = process;
      this.client = client;
      this.start = start;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      context.writeAndFlush(Messages.cancelRequest(context.alloc(), process.pid(), process.key()));
      Future<?> timer =
          context
              .channel()
              .eventLoop()
              .schedule(() -> context.close(), limit.toNanos(), TimeUnit.NANOSECONDS);
      context.channel().closeFuture().addListener(closed -> timer.cancel(false));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ReferenceCountUtil.release(message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event == ChannelInputShutdownEvent.INSTANCE) {
        context.close();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      took(System.nanoTime() - start);
      client.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }
}
