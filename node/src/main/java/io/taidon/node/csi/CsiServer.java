package io.taidon.node.csi;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.taidon.crds.v1alpha1.Api;
import io.taidon.node.metrics.NodeMetrics;
import io.taidon.node.publish.Publisher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The plugin's two Unix sockets in the kubelet's directory: {@code
 * plugins/state.taidon.io/csi.sock} and {@code plugins_registry/state.taidon.io-reg.sock}. Only
 * root gets to them. Sockets that a killed plugin left are removed.
 */
public final class CsiServer implements AutoCloseable {
  private static final int LARGEST_MESSAGE = 4 << 20;
  private static final int GRACE_SECONDS = 20;

  private final EventLoopGroup events;
  private final ExecutorService workers;
  private final Server csi;
  private final Server registration;

  private CsiServer(
      EventLoopGroup events, ExecutorService workers, Server csi, Server registration) {
    this.events = events;
    this.workers = workers;
    this.csi = csi;
    this.registration = registration;
  }

  /** Where the kubelet finds the plugin. */
  public static Path endpoint(Path kubelet) {
    return kubelet.resolve("plugins").resolve(Api.CSI_DRIVER).resolve("csi.sock");
  }

  /** Where the kubelet looks for plugins. */
  public static Path registrationSocket(Path kubelet) {
    return kubelet.resolve("plugins_registry").resolve(Api.CSI_DRIVER + "-reg.sock");
  }

  /** Listens; the kubelet comes by itself. */
  public static CsiServer start(
      String node,
      Path kubelet,
      String version,
      Publisher publisher,
      NodeMetrics metrics,
      BooleanSupplier healthy)
      throws IOException {
    EventLoopGroup events = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    Answers answers = new Answers(metrics);
    Server csi =
        listen(
            endpoint(kubelet),
            events,
            workers,
            new IdentityService(answers, version, healthy),
            new NodeService(answers, node, kubelet, publisher));
    Server registration =
        listen(
            registrationSocket(kubelet),
            events,
            workers,
            new RegistrationService(answers, endpoint(kubelet)));
    return new CsiServer(events, workers, csi, registration);
  }

  private static Server listen(
      Path socket, EventLoopGroup events, ExecutorService workers, BindableService... services)
      throws IOException {
    Path directory = socket.getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    Files.deleteIfExists(socket);
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
            .channelType(EpollServerDomainSocketChannel.class)
            .bossEventLoopGroup(events)
            .workerEventLoopGroup(events)
            .executor(workers)
            .maxInboundMessageSize(LARGEST_MESSAGE);
    for (BindableService service : services) {
      builder.addService(service);
    }
    return builder.build().start();
  }

  @Override
  public void close() {
    registration.shutdown();
    csi.shutdown();
    try {
      if (!csi.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS)) {
        csi.shutdownNow();
      }
    } catch (InterruptedException e) {
      csi.shutdownNow();
      Thread.currentThread().interrupt();
    }
    workers.shutdown();
    events.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
