package io.taidon.crds;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real Kubernetes API server with our CRDs, and nothing behind it: no kubelet, no controllers.
 * For tests of whoever talks to one ({@link OnApiServer}), above all by server-side apply, which
 * the mocks get wrong. It wants the programs {@code kube-apiserver} and {@code etcd} in the
 * directory that the environment variable {@code TAIDON_TEST_KUBE} names, or on the path.
 */
public final class ApiServer implements AutoCloseable {
  /** What a test says that cannot run. */
  static final String WHY_NOT =
      "TAIDON_TEST_KUBE names no directory with kube-apiserver, or etcd is not there";

  private static final Duration PATIENCE = Duration.ofMinutes(6);
  private static final String[] KINDS = {"dbinstances", "preparejobs", "statesnapshots"};

  private final List<Process> processes = new ArrayList<>();
  private final Path directory;
  private final String token = UUID.randomUUID().toString();
  private final int port;

  private ApiServer(Path directory, int port) {
    this.directory = directory;
    this.port = port;
  }

  /** Whether the programs are there. */
  static boolean isAvailable() {
    return program("kube-apiserver").isPresent() && program("etcd").isPresent();
  }

  /** Starts one that keeps its data in a directory; the CRDs are established when this returns. */
  static ApiServer start(Path directory) {
    try {
      ApiServer server = new ApiServer(directory, freePort());
      try {
        server.start();
        return server;
      } catch (RuntimeException | Error | IOException e) {
        server.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How to reach it as somebody who may do everything. */
  public Config config() {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl("https://127.0.0.1:" + port)
        .withTrustCerts(true)
        .withOauthToken(token)
        .withNamespace("default")
        .build();
  }

  /** How to reach it as a user with no right but those that RBAC rules give. */
  public Config config(String user) {
    return new ConfigBuilder(config()).withImpersonateUsername(user).build();
  }

  /** A client that may do everything. */
  public KubernetesClient client() {
    return new KubernetesClientBuilder().withConfig(config()).build();
  }

  private void start() throws IOException {
    int etcd = freePort();
    String etcdUrl = "http://127.0.0.1:" + etcd;
    String peerUrl = "http://127.0.0.1:" + freePort();
    Path tokens = directory.resolve("tokens.csv");
    Files.writeString(tokens, token + ",admin,admin,system:masters\n");
    Path key = directory.resolve("accounts.pem");
    Files.writeString(key, privateKey());
    run(
        "etcd",
        "--data-dir=" + directory.resolve("etcd"),
        "--listen-client-urls=" + etcdUrl,
        "--advertise-client-urls=" + etcdUrl,
        "--listen-peer-urls=" + peerUrl,
        "--initial-advertise-peer-urls=" + peerUrl,
        "--initial-cluster=default=" + peerUrl,
        "--unsafe-no-fsync");
    run(
        "kube-apiserver",
        "--etcd-servers=" + etcdUrl,
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        "--endpoint-reconciler-type=none",
        "--secure-port=" + port,
        "--cert-dir=" + directory.resolve("certificates"),
        "--token-auth-file=" + tokens,
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-key-file=" + key,
        "--service-account-signing-key-file=" + key,
        "--service-cluster-ip-range=10.96.0.0/16",
        "--authorization-mode=RBAC");
    try (KubernetesClient client = client()) {
      await("its first answer", () -> client.raw("/readyz") != null);
      await("the namespace", () -> client.namespaces().withName("default").get() != null);
      for (String kind : KINDS) {
        install(client, kind);
      }
    }
  }

  private void install(KubernetesClient client, String kind) throws IOException {
    String name = kind + ".taidon.io";
    try (InputStream yaml = ApiServer.class.getResourceAsStream("/crds/" + name + ".yaml")) {
      client.load(yaml).create(); // not by apply: before 1.25 that refuses what it does not know
    }
    await(
        name,
        () -> {
          CustomResourceDefinition crd =
              client.apiextensions().v1().customResourceDefinitions().withName(name).get();
          return crd != null
              && crd.getStatus() != null
              && crd.getStatus().getConditions() != null
              && crd.getStatus().getConditions().stream()
                  .anyMatch(
                      is -> is.getType().equals("Established") && is.getStatus().equals("True"));
        });
    await("the list of " + kind, () -> client.raw("/apis/taidon.io/v1alpha1/" + kind) != null);
  }

  private interface Check {
    boolean holds();
  }

  private void await(String what, Check check) {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (true) {
      try {
        if (check.holds()) {
          return;
        }
      } catch (KubernetesClientException e) {
        // Not yet.
      }
      boolean dead = processes.stream().anyMatch(process -> !process.isAlive());
      if (dead || Instant.now().isAfter(deadline)) {
        throw new IllegalStateException(
            "the API server did not come as far as " + what + "; see " + directory);
      }
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  private void run(String program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(program(program).orElseThrow().toString());
    command.addAll(List.of(arguments));
    Path log = directory.resolve(program + ".log");
    processes.add(
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start());
  }

  private static Optional<Path> program(String name) {
    String kube = System.getenv("TAIDON_TEST_KUBE");
    if (kube == null || kube.isEmpty()) {
      return Optional.empty();
    }
    return Stream.concat(
            Stream.of(kube), Stream.of(System.getenv().getOrDefault("PATH", "").split(":")))
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String privateKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
      return "-----BEGIN PRIVATE KEY-----\n"
          + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key)
          + "\n-----END PRIVATE KEY-----\n";
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has RSA", e);
    }
  }

  /** Ends both programs and waits until they are gone. */
  @Override
  public void close() {
    for (Process process : processes.reversed()) {
      process.destroy();
      try {
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
          process.destroyForcibly().waitFor();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
