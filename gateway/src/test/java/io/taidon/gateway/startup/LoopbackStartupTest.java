package io.taidon.gateway.startup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.pkitesting.X509Bundle;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.taidon.gateway.tls.Certificates;
import io.taidon.gateway.tls.ServerTls;
import io.taidon.gateway.tls.ServerTlsSettings;
import io.taidon.gateway.wire.Packets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over real sockets: what an embedded channel cannot show. */
class LoopbackStartupTest {
  private static final String NAME = "localhost";

  @TempDir Path directory;
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final List<Opening> openings = new CopyOnWriteArrayList<>();
  private final List<Ending> endings = new CopyOnWriteArrayList<>();
  private final ChannelGroup accepted = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
  private X509Bundle bundle;
  private ServerTls tls;
  private Channel server;

  @BeforeEach
  void listen() throws Exception {
    bundle = Certificates.selfSigned(NAME);
    tls = ServerTls.load(ServerTlsSettings.of(Certificates.write(directory, "server", bundle)));
    StartupSettings settings =
        StartupSettings.plain().withTls(tls, false).withLoginDeadline(Duration.ofMinutes(1));
    server =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accepted.add(channel);
                    channel.pipeline().addLast(new StartupHandler(settings, new Listener()));
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .sync()
            .channel();
  }

  @AfterEach
  void stop() {
    server.close().syncUninterruptibly();
    // A loop that ends may leave a connection open that it reads from at this moment.
    accepted.close().awaitUninterruptibly();
    group.shutdownGracefully(0, 5, java.util.concurrent.TimeUnit.SECONDS).syncUninterruptibly();
    tls.close();
  }

  @Test
  void aFaultIsReadWholeThoughTheClientSentMore() throws Exception {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(Packets.startup("database", "no user"));
      socket.getOutputStream().write(new byte[200_000]);
      byte[] all = socket.getInputStream().readAllBytes();
      assertThat(new String(all, UTF_8)).startsWith("E").contains("C28000\0").endsWith("\0\0");
    }
    await().until(() -> endings.equals(List.of(Ending.REFUSED)));
  }

  @Test
  void javasOwnTlsGetsInAfterAnSslRequest() throws Exception {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(Packets.sslRequest());
      assertThat(socket.getInputStream().read()).isEqualTo('S');
      try (SSLSocket inside = wrap(socket)) {
        inside.getOutputStream().write(Packets.startup("user", "alice"));
        await().until(() -> openings.size() == 1);
        assertThat(openings.getFirst().client().getPort()).isEqualTo(socket.getLocalPort());
      }
    }
  }

  @Test
  void javasOwnTlsGetsInDirectlyAndReadsFaultsInside() throws Exception {
    try (Socket socket = connect();
        SSLSocket inside = wrap(socket)) {
      inside.getOutputStream().write(Packets.startup("user", ""));
      byte[] all = inside.getInputStream().readAllBytes();
      assertThat(new String(all, UTF_8)).startsWith("E").contains("C28000\0").endsWith("\0\0");
    }
    await().until(() -> endings.equals(List.of(Ending.REFUSED)));
  }

  @Test
  void aClientThatHangsUpLeavesNothing() throws Exception {
    connect().close();
    await().until(() -> endings.equals(List.of(Ending.PROBE)));
  }

  private Socket connect() throws IOException {
    InetSocketAddress address = (InetSocketAddress) server.localAddress();
    Socket socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout(60_000);
    return socket;
  }

  private SSLSocket wrap(Socket socket) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {bundle.toTrustManager()}, null);
    SSLSocket inside =
        (SSLSocket) context.getSocketFactory().createSocket(socket, NAME, 5432, true);
    var parameters = inside.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"postgresql"});
    inside.setSSLParameters(parameters);
    inside.startHandshake();
    return inside;
  }

  private final class Listener implements OpeningListener {
    @Override
    public void opened(ChannelHandlerContext ctx, Opening opening) {
      openings.add(opening);
    }

    @Override
    public void ended(Ending ending) {
      endings.add(ending);
    }
  }
}
