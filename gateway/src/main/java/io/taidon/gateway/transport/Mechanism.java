package io.taidon.gateway.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringDomainSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.List;
import jdk.net.ExtendedSocketOptions;

/**
 * What differs between the ways to do network I/O.
 *
 * @param deadPeerOptions what makes the kernel notice a peer that vanished without a word
 */
record Mechanism(
    String name,
    IoHandlerFactory handlers,
    ChannelFactory<? extends ServerChannel> listeners,
    ChannelFactory<? extends Channel> sockets,
    ChannelFactory<? extends Channel> localSockets,
    List<Option<?>> deadPeerOptions) {
  /** Balancers drop silent flows (350 seconds and less), and peers die without a FIN. */
  private static final int KEEPALIVE_IDLE_SECONDS = 60;

  private static final int KEEPALIVE_INTERVAL_SECONDS = 10;
  private static final int KEEPALIVE_COUNT = 3;

  /** How long sent data may stay unacknowledged (RFC 5482). */
  private static final Duration USER_TIMEOUT = Duration.ofSeconds(45);

  /** An option of TCP sockets. */
  record Option<T>(ChannelOption<T> key, T value) {
    void onAccepted(ServerBootstrap bootstrap) {
      bootstrap.childOption(key, value);
    }

    void onDialled(Bootstrap bootstrap) {
      bootstrap.option(key, value);
    }
  }

  static Mechanism of(TransportKind kind) {
    return switch (kind) {
      case AUTO -> Epoll.isAvailable() ? epoll() : nio();
      case EPOLL -> {
        require(Epoll.isAvailable(), "epoll");
        yield epoll();
      }
      case IO_URING -> {
        // Makes a real ring, so it is false where a seccomp profile forbids the system call.
        require(IoUring.isAvailable(), "io_uring");
        yield ioUring();
      }
      case NIO -> nio();
    };
  }

  /** The same address in the form that the channels of this mechanism take. */
  SocketAddress address(SocketAddress address) {
    return address instanceof UnixDomainSocketAddress local && !name.equals("nio")
        ? new DomainSocketAddress(local.getPath().toFile())
        : address;
  }

  private static Mechanism epoll() {
    return new Mechanism(
        "epoll",
        EpollIoHandler.newFactory(),
        EpollServerSocketChannel::new,
        EpollSocketChannel::new,
        EpollDomainSocketChannel::new,
        List.of(
            new Option<>(EpollChannelOption.TCP_KEEPIDLE, KEEPALIVE_IDLE_SECONDS),
            new Option<>(EpollChannelOption.TCP_KEEPINTVL, KEEPALIVE_INTERVAL_SECONDS),
            new Option<>(EpollChannelOption.TCP_KEEPCNT, KEEPALIVE_COUNT),
            new Option<>(EpollChannelOption.TCP_USER_TIMEOUT, (int) USER_TIMEOUT.toMillis())));
  }

  private static Mechanism ioUring() {
    return new Mechanism(
        "io_uring",
        IoUringIoHandler.newFactory(),
        IoUringServerSocketChannel::new,
        IoUringSocketChannel::new,
        IoUringDomainSocketChannel::new,
        List.of(
            new Option<>(IoUringChannelOption.TCP_KEEPIDLE, KEEPALIVE_IDLE_SECONDS),
            new Option<>(IoUringChannelOption.TCP_KEEPINTVL, KEEPALIVE_INTERVAL_SECONDS),
            new Option<>(IoUringChannelOption.TCP_KEEPCNT, KEEPALIVE_COUNT),
            new Option<>(IoUringChannelOption.TCP_USER_TIMEOUT, (int) USER_TIMEOUT.toMillis())));
  }

  /** The JDK has no option for the user timeout. */
  private static Mechanism nio() {
    return new Mechanism(
        "nio",
        NioIoHandler.newFactory(),
        NioServerSocketChannel::new,
        NioSocketChannel::new,
        NioDomainSocketChannel::new,
        List.of(
            new Option<>(
                NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), KEEPALIVE_IDLE_SECONDS),
            new Option<>(
                NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL),
                KEEPALIVE_INTERVAL_SECONDS),
            new Option<>(
                NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), KEEPALIVE_COUNT)));
  }

  private static void require(boolean available, String name) {
    if (!available) {
      throw TaidonException.of(
              ErrorCode.INVALID_ARGUMENT, "The gateway cannot use " + name + " on this machine.")
          .with("transport", name)
          .remedy("Set the gateway's transport to auto.");
    }
  }
}
