package io.taidon.gateway.cancel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.PromiseCombiner;
import io.taidon.gateway.backend.Connector;
import io.taidon.gateway.directory.EndpointTls;
import io.taidon.gateway.metrics.Cancel;
import io.taidon.gateway.metrics.GatewayMetrics;
import io.taidon.gateway.wire.Messages;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Serves cancel requests. A client learns nothing from one but that it is over: the connection is
 * closed when the server has closed its own, because clients take that for "done", and as late when
 * there was nothing to cancel. Never wakes an instance and counts as no use of it. Thread-safe.
 */
public final class Cancels {
  private static final long FIRST_GUESS_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final int WEIGHT = 8;

  private final SessionKeys keys;
  private final Connector connector;
  private final Peers peers;
  private final Duration limit;
  private final GatewayMetrics metrics;
  private volatile long usualNanos = FIRST_GUESS_NANOS;

  /**
   * Serves the requests for some keys.
   *
   * @param peers asked about short keys that are not known here
   * @param limit bounds how long one request may take
   */
  public Cancels(
      SessionKeys keys, Connector connector, Peers peers, Duration limit, GatewayMetrics metrics) {
    this.keys = keys;
    this.connector = connector;
    this.peers = peers;
    this.limit = limit;
    this.metrics = metrics;
  }

  /** Whether another gateway passes on a request, which it has counted against its client. */
  public boolean isForwarded(int pid, byte[] key) {
    return keys.forwarded(pid, key).isPresent();
  }

  /** Does what a request asks for and closes its connection in the end. Call on its event loop. */
  public void serve(Channel client, int pid, byte[] key) {
    Optional<byte[]> forwarded = keys.forwarded(pid, key);
    Optional<CancelTarget> target = keys.find(pid, forwarded.orElse(key));
    if (target.isEmpty() && forwarded.isEmpty() && SessionKeys.isShort(key)) {
      askPeers(client, pid, key);
      return;
    }
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
    run(
            client.eventLoop(),
            process.address(),
            process.tls(),
            alloc -> Messages.cancelRequest(alloc, process.pid(), process.key()))
        .addListener(ended -> {
          metrics.cancel(ended.isSuccess() ? Cancel.FORWARDED : Cancel.FAILED);
          if (ended.isSuccess()) {
            took(System.nanoTime() - start);
            client.close();
          } else {
            closeAsUsual(client);
          }
        });
  }

  /** Each is asked once, and none asks others: what they get says that it was passed on. */
  private void askPeers(Channel client, int pid, byte[] key) {
    java.util.concurrent.Future<?> timer =
        client.eventLoop().schedule(() -> client.close(), limit.toNanos(), TimeUnit.NANOSECONDS);
    client.closeFuture().addListener(closed -> timer.cancel(false));
    peers
        .addresses()
        .whenComplete((addresses, failure) ->
            client.eventLoop().execute(() -> ask(client, pid, key, orNobody(addresses))));
  }

  private void ask(Channel client, int pid, byte[] key, List<InetSocketAddress> addresses) {
    if (addresses.isEmpty()) {
      metrics.cancel(Cancel.UNKNOWN_KEY);
      closeAsUsual(client);
      return;
    }
    metrics.cancel(Cancel.PEERS_ASKED);
    byte[] sealed = keys.forward(pid, key);
    PromiseCombiner all = new PromiseCombiner(client.eventLoop());
    for (InetSocketAddress address : addresses) {
      Promise<Void> asked = client.eventLoop().newPromise();
      run(
              client.eventLoop(),
              address,
              Optional.empty(),
              alloc -> Messages.cancelRequest(alloc, pid, sealed))
          .addListener(ended -> asked.trySuccess(null)); // one that is gone does not matter
      all.add((Future<Void>) asked);
    }
    Promise<Void> everybody = client.eventLoop().newPromise();
    all.finish(everybody);
    everybody.addListener(ended -> client.close());
  }

  private static List<InetSocketAddress> orNobody(
      @org.jspecify.annotations.Nullable List<InetSocketAddress> addresses) {
    return addresses == null ? List.of() : addresses;
  }

  private void took(long nanos) {
    usualNanos += (nanos - usualNanos) / WEIGHT; // a lost update does no harm
  }

  /**
   * Sends a request. Succeeds when the other side has closed the connection, or the time is up;
   * fails if there was no connection.
   */
  private Future<Void> run(
      EventLoop loop,
      SocketAddress address,
      Optional<EndpointTls> tls,
      Function<ByteBufAllocator, ByteBuf> request) {
    Promise<Void> over = loop.newPromise();
    Connector.Connecting connecting =
        connector.connect(loop, address, tls, limit, new Errand(limit));
    connecting
        .ready()
        .addListener(ready -> {
          Channel channel = connecting.channel();
          if (ready.isSuccess()) {
            channel.closeFuture().addListener(closed -> over.trySuccess(null));
            channel.writeAndFlush(request.apply(channel.alloc()));
          } else {
            channel.close();
            over.tryFailure(ready.cause());
          }
        });
    return over;
  }

  /** A request on its way. It has no answer but the end of the connection. */
  private static final class Errand extends ChannelInboundHandlerAdapter {
    private final Duration limit;

    Errand(Duration limit) {
      this.limit = limit;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      java.util.concurrent.Future<?> timer =
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
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }
}
