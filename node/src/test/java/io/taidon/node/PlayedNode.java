package io.taidon.node;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import io.taidon.crds.v1alpha1.VolumeAttributes;
import io.taidon.engine.snapshot.LoopFileSystem;
import io.taidon.node.csi.CsiServer;
import io.taidon.node.csi.registration.InfoRequest;
import io.taidon.node.csi.registration.PluginInfo;
import io.taidon.node.csi.registration.RegistrationGrpc;
import io.taidon.node.csi.registration.RegistrationStatus;
import io.taidon.node.csi.v1.NodeGrpc;
import io.taidon.node.csi.v1.NodePublishVolumeRequest;
import io.taidon.node.csi.v1.NodeUnpublishVolumeRequest;
import io.taidon.node.csi.v1.VolumeCapability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A node with a mount namespace of its own, held by a sleeping process, so that mounts outlive the
 * plugin as on a real node and never reach this machine. Plays the kubelet.
 */
final class PlayedNode implements AutoCloseable {
  static final String NAMESPACE = "team-a";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final LoopFileSystem fileSystem;
  private final Path base;
  private final Process holder;
  private final EventLoopGroup events =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final FileCluster cluster;
  private @Nullable Process plugin;
  private @Nullable ManagedChannel channel;

  private PlayedNode(LoopFileSystem fileSystem, Path base, Process holder) throws IOException {
    this.fileSystem = fileSystem;
    this.base = base;
    this.holder = holder;
    this.cluster = new FileCluster(base.resolve("cluster"));
  }

  static PlayedNode create(LoopFileSystem.Type type) throws IOException {
    LoopFileSystem fileSystem = LoopFileSystem.create(type, 400);
    Path base = Files.createTempDirectory("tn-");
    Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectories(base.resolve("k/plugins_registry"));
    Process holder =
        new ProcessBuilder("unshare", "-m", "--propagation", "private", "sleep", "infinity")
            .inheritIO()
            .start();
    Awaitility.await("a mount namespace")
        .atMost(PATIENCE)
        .until(() ->
            !Files.readSymbolicLink(Path.of("/proc/" + holder.pid() + "/ns/mnt"))
                .equals(Files.readSymbolicLink(Path.of("/proc/self/ns/mnt"))));
    return new PlayedNode(fileSystem, base, holder);
  }

  Path pool() {
    return fileSystem.root().resolve("pool");
  }

  Path kubelet() {
    return base.resolve("k");
  }

  FileCluster cluster() {
    return cluster;
  }

  /** A path as processes of the node see it. */
  Path seen(Path path) {
    return Path.of("/proc/" + holder.pid() + "/root" + path);
  }

  /** Starts a plugin and waits until it answers; a dying one may be dead before. */
  void startPlugin(Duration grace, String... fault) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "nsenter",
                "-t",
                Long.toString(holder.pid()),
                "-m",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                PluginProcess.class.getName(),
                "default=" + pool(),
                kubelet().toString(),
                base.resolve("cluster").toString(),
                Long.toString(grace.toMillis())));
    command.addAll(List.of(fault));
    Process process = new ProcessBuilder(command).inheritIO().start();
    plugin = process;
    channel = channel(CsiServer.endpoint(kubelet()));
    Awaitility.await("a plugin").atMost(PATIENCE).until(() -> !process.isAlive() || isRegistered());
  }

  private ManagedChannel channel(Path socket) {
    return NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
        .channelType(EpollDomainSocketChannel.class)
        .eventLoopGroup(events)
        .usePlaintext()
        .build();
  }

  /** Does what a kubelet does with a new socket in its directory. */
  private boolean isRegistered() {
    ManagedChannel registration = channel(CsiServer.registrationSocket(kubelet()));
    try {
      var stub = RegistrationGrpc.newBlockingStub(registration);
      PluginInfo info = stub.getInfo(InfoRequest.getDefaultInstance());
      stub.notifyRegistrationStatus(
          RegistrationStatus.newBuilder().setPluginRegistered(true).build());
      return info.getType().equals("CSIPlugin")
          && info.getName().equals("state.taidon.io")
          && info.getEndpoint().equals(CsiServer.endpoint(kubelet()).toString())
          && info.getSupportedVersionsList().equals(List.of("1.0.0"));
    } catch (io.grpc.StatusRuntimeException e) {
      return false;
    } finally {
      registration.shutdownNow();
    }
  }

  /** Kills the plugin as {@code kill -9} does. */
  void killPlugin() throws InterruptedException {
    if (channel != null) {
      channel.shutdownNow();
    }
    if (plugin != null) {
      plugin.destroyForcibly().waitFor();
    }
  }

  void awaitDeath() throws InterruptedException {
    if (plugin == null || !plugin.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException("the plugin did not die");
    }
    killPlugin();
  }

  NodeGrpc.NodeBlockingStub node() {
    if (channel == null) {
      throw new IllegalStateException("no plugin was started");
    }
    return NodeGrpc.newBlockingStub(channel)
        .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** A pod's volume, as a kubelet would ask for it. */
  record Volume(PlayedNode home, String id, String podUid, Map<String, String> context) {
    Path target() {
      return home.kubelet().resolve("pods/" + podUid + "/volumes/kubernetes.io~csi/state/mount");
    }

    Path seen() {
      return home.seen(target());
    }

    Path slot() {
      return home.pool().resolve("slots").resolve(id);
    }

    NodePublishVolumeRequest.Builder request() {
      return NodePublishVolumeRequest.newBuilder()
          .setVolumeId(id)
          .setTargetPath(target().toString())
          .setVolumeCapability(
              VolumeCapability.newBuilder().setMount(VolumeCapability.Mount.getDefaultInstance()))
          .putAllVolumeContext(context);
    }

    void publish() throws IOException {
      publish(Map.of());
    }

    /** With a Secret, of which kubelets hand over everything. */
    void publish(Map<String, String> secret) throws IOException {
      Files.createDirectories(target().resolveSibling("x").getParent());
      var _ = home.node().nodePublishVolume(request().putAllSecrets(secret).build());
    }

    void unpublish() {
      var _ =
          home.node()
              .nodeUnpublishVolume(
                  NodeUnpublishVolumeRequest.newBuilder()
                      .setVolumeId(id)
                      .setTargetPath(target().toString())
                      .build());
    }

    /** Says lines on the seal socket and returns the answers. */
    List<String> say(String... lines) throws IOException {
      Path link = Path.of("/tmp/tn-" + UUID.randomUUID().toString().substring(0, 8));
      Files.createSymbolicLink(link, seen());
      try (SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        socket.connect(UnixDomainSocketAddress.of(link.resolve("seal.sock")));
        List<String> answers = new ArrayList<>();
        for (String line : lines) {
          socket.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
          answer(socket).ifPresent(answers::add);
        }
        return answers;
      } finally {
        Files.delete(link);
      }
    }

    private static Optional<String> answer(SocketChannel socket) throws IOException {
      StringBuilder answer = new StringBuilder();
      ByteBuffer one = ByteBuffer.allocate(1);
      while (socket.read(one) > 0) {
        char letter = (char) one.flip().get();
        one.clear();
        if (letter == '\n') {
          return Optional.of(answer.toString());
        }
        answer.append(letter);
      }
      return Optional.empty();
    }
  }

  Volume build(Optional<String> state, String... seals) throws IOException {
    Map<String, String> attributes = new TreeMap<>();
    attributes.put(VolumeAttributes.PURPOSE, VolumeAttributes.PURPOSE_BUILD);
    state.ifPresent(id -> attributes.put(VolumeAttributes.STATE, id));
    attributes.put(VolumeAttributes.SEALS, String.join(",", seals));
    return volume(attributes);
  }

  Volume instance(String state, String uid) throws IOException {
    return volume(
        Map.of(
            VolumeAttributes.PURPOSE,
            VolumeAttributes.PURPOSE_INSTANCE,
            VolumeAttributes.STATE,
            state,
            VolumeAttributes.INSTANCE_UID,
            uid));
  }

  Volume volume(Map<String, String> attributes) throws IOException {
    String pod = UUID.randomUUID().toString();
    Map<String, String> context = new TreeMap<>(attributes);
    context.put("csi.storage.k8s.io/ephemeral", "true");
    context.put("csi.storage.k8s.io/pod.name", "pod-" + pod.substring(0, 4));
    context.put("csi.storage.k8s.io/pod.namespace", NAMESPACE);
    context.put("csi.storage.k8s.io/pod.uid", pod);
    context.put("csi.storage.k8s.io/serviceAccount.name", "default");
    cluster.addPod(pod);
    return new Volume(this, "csi-" + randomId(), pod, context);
  }

  static String randomId() {
    byte[] bytes = new byte[32];
    ThreadLocalRandom.current().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  Path state(String id) {
    return pool().resolve(NAMESPACE).resolve("states").resolve(id);
  }

  Path instanceData(String uid) {
    return pool().resolve(NAMESPACE).resolve("instances").resolve(uid).resolve("pgdata");
  }

  /** A state with one file, made by a build. */
  String makeState(String content) throws IOException {
    String id = randomId();
    cluster.addState(NAMESPACE, id);
    Volume volume = build(Optional.empty(), id);
    volume.publish();
    doAsTenant("printf '%s' '" + content + "' > " + volume.target() + "/pgdata/file");
    if (!volume.say("seal " + id).getFirst().startsWith("ok ")) {
      throw new IllegalStateException("no seal");
    }
    volume.unpublish();
    return id;
  }

  /** Runs a shell command that must succeed. */
  void doAsTenant(String command) {
    if (asTenant(command) != 0) {
      throw new IllegalStateException("failed: " + command);
    }
  }

  /** Runs a shell command on the node as the user that PostgreSQL runs as; its exit code. */
  int asTenant(String command) {
    try {
      return tenant(command).waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Starts such a command. */
  Process tenant(String command) throws IOException {
    return new ProcessBuilder(
            "nsenter",
            "-t",
            Long.toString(holder.pid()),
            "-m",
            "setpriv",
            "--reuid",
            "10001",
            "--regid",
            "10001",
            "--clear-groups",
            "--bounding-set",
            "-all",
            "sh",
            "-c",
            command)
        .inheritIO()
        .start();
  }

  /** The mounts that pods of the node have. */
  List<String> mountsOfVolumes() throws IOException {
    return Files.readAllLines(Path.of("/proc/" + holder.pid() + "/mountinfo")).stream()
        .filter(line -> line.contains(kubelet() + "/pods/"))
        .toList();
  }

  List<String> leftInPool() throws IOException {
    try (Stream<Path> all = Files.walk(pool(), 3)) {
      return all.map(path -> pool().relativize(path).toString())
          .filter(name -> name.contains(".tmp-") || name.matches("slots/.+"))
          .toList();
    }
  }

  @Override
  public void close() throws Exception {
    killPlugin();
    events.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    holder.destroyForcibly().waitFor();
    fileSystem.close();
    try (Stream<Path> all = Files.walk(base)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
