package io.taidon.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Asks the kernel, on both legs, for what lets it notice a peer that vanished. */
class DeadPeerOptionsTest {
  @Test
  void bothLegsNoticePeersThatVanished() throws Exception {
    assumeTrue(Epoll.isAvailable(), "the user timeout is an option of Linux's epoll sockets only");
    try (Transport transport = Transport.open(TransportKind.EPOLL, 1)) {
      CompletableFuture<Channel> accepted = new CompletableFuture<>();
      ChannelHandler door =
          new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
              accepted.complete(channel);
            }
          };
      Channel listener =
          transport
              .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), door)
              .sync()
              .channel();
      ChannelFuture dialled =
          transport
              .dial(
                  transport.nextLoop(),
                  listener.localAddress(),
                  Duration.ofSeconds(10),
                  new ChannelHandlerAdapter() {})
              .sync();

      requireOptions(dialled.channel());
      requireOptions(accepted.get(10, TimeUnit.SECONDS));
    }
  }

  private static void requireOptions(Channel channel) {
    assertThat(channel.config().getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
    assertThat(channel.config().getOption(ChannelOption.TCP_NODELAY)).isTrue();
    assertThat(channel.config().getOption(EpollChannelOption.TCP_KEEPIDLE)).isEqualTo(60);
    assertThat(channel.config().getOption(EpollChannelOption.TCP_KEEPINTVL)).isEqualTo(10);
    assertThat(channel.config().getOption(EpollChannelOption.TCP_KEEPCNT)).isEqualTo(3);
    assertThat(channel.config().getOption(EpollChannelOption.TCP_USER_TIMEOUT)).isEqualTo(45_000);
  }
}
