package io.taidon.gateway.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The event loops, and how sockets are made on them. Both legs of a session live on one loop, so
 * that moving bytes takes no lock and wakes no thread. Thread-safe.
 */
public final class Transport implements AutoCloseable {
  /** Above this many bytes waiting to be written, the other leg is not read. */
  private static final int HIGH_WATER = 64 * 1024;

  private static final int LOW_WATER = 32 * 1024;

  /** A long queue costs nothing; the kernel caps it at {@code net.core.somaxconn}. */
  private static final int BACKLOG = 4096;

  /** Reads in a row from one socket, so that a bulk copy does not starve the others of the loop. */
  private static final int READS_PER_TURN = 4;

  private static final int FIRST_READ_BYTES = 1024;
  private static final int LARGEST_READ_BYTES = 64 * 1024;
  private static final int SMALLEST_READ_BYTES = 256;

  private static final int PAGE_BYTES = 8192;
  private static final int CHUNK_ORDER =
      8; // 8 KiB << 8 = 2 MiB, of which each loop starts with one
  private static final int CACHED_SMALL = 256;
  private static final int CACHED_NORMAL = 32;

  private final Mechanism mechanism;
  private final EventLoopGroup loops;
  private final PooledByteBufAllocator allocator;

  private Transport(Mechanism mechanism, int threads) {
    this.mechanism = mechanism;
    this.loops =
        new MultiThreadIoEventLoopGroup(
            threads, new DefaultThreadFactory("taidon-gateway", true), mechanism.handlers());
    // Chosen, not left to Netty's default: the adaptive allocator grew without bound under bursts
    // (netty issues 15691, 15767, 15850), and a relay wants direct memory only.
    this.allocator =
        new PooledByteBufAllocator(
            true, 0, threads, PAGE_BYTES, CHUNK_ORDER, CACHED_SMALL, CACHED_NORMAL, false);
  }

  /**
   * Starts the threads.
   *
   * @param threads event loops; 0 is one for each processor
   * @throws io.taidon.core.error.TaidonException {@code INVALID_ARGUMENT} if this machine does not
   *     have what was asked for
   */
  public static Transport open(TransportKind kind, int threads) {
    int count = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    return new Transport(Mechanism.of(kind), count);
  }

  /** What it came to, such as {@code epoll}. */
  public String name() {
    return mechanism.name();
  }

  /** Any of the event loops, in turn. */
  public EventLoop nextLoop() {
    return loops.next();
  }

  /** The memory that all sockets hold, or may use again, in bytes. */
  public long directMemory() {
    return allocator.metric().usedDirectMemory();
  }

  /** The event loops, to be looked at. */
  public EventLoopGroup loops() {
    return loops;
  }

  /** The memory of every socket. */
  public PooledByteBufAllocator allocator() {
    return allocator;
  }

  /**
   * Listens; fails with what the kernel says. A client that closes its side is gone, until a relay
   * says otherwise.
   */
  public ChannelFuture listen(InetSocketAddress address, ChannelHandler clients) {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channelFactory(mechanism.listeners())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.ALLOCATOR, allocator)
            .childOption(ChannelOption.ALLOCATOR, allocator)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark())
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, reads())
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childHandler(clients);
    mechanism.deadPeerOptions().forEach(option -> option.onAccepted(bootstrap));
    return bootstrap.bind(address);
  }

  /**
   * Connects on a client's own event loop. A failed write does not close the channel: what the
   * server said before it went away is still to be read.
   *
   * @param address an {@link InetSocketAddress}, resolved, or a {@link UnixDomainSocketAddress}
   */
  public ChannelFuture dial(
      EventLoop loop, SocketAddress address, Duration limit, ChannelHandler handler) {
    boolean local = address instanceof UnixDomainSocketAddress;
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channelFactory(local ? mechanism.localSockets() : mechanism.sockets())
            .option(ChannelOption.ALLOCATOR, allocator)
            .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .option(ChannelOption.AUTO_CLOSE, false)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark())
            .option(ChannelOption.RECVBUF_ALLOCATOR, reads())
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(limit.toMillis()))
            .handler(handler);
    if (!local) {
      bootstrap.option(ChannelOption.TCP_NODELAY, true);
      bootstrap.option(ChannelOption.SO_KEEPALIVE, true);
      mechanism.deadPeerOptions().forEach(option -> option.onDialled(bootstrap));
    }
    return bootstrap.connect(mechanism.address(address));
  }

  /** Ends the threads; what is still open is closed. Waits for it. */
  @Override
  public void close() {
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private static WriteBufferWaterMark waterMark() {
    return new WriteBufferWaterMark(LOW_WATER, HIGH_WATER);
  }

  /** One for each channel: it learns how much its socket mostly has to give. */
  private static AdaptiveRecvByteBufAllocator reads() {
    AdaptiveRecvByteBufAllocator reads =
        new AdaptiveRecvByteBufAllocator(SMALLEST_READ_BYTES, FIRST_READ_BYTES, LARGEST_READ_BYTES);
    reads.maxMessagesPerRead(READS_PER_TURN);
    return reads;
  }
}
