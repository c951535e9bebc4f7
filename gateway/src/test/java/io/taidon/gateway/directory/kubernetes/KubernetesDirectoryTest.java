package io.taidon.gateway.directory.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.taidon.core.scram.ScramVerifier;
import io.taidon.crds.ApiServer;
import io.taidon.crds.OnApiServer;
import io.taidon.crds.v1alpha1.Api;
import io.taidon.crds.v1alpha1.DbInstance;
import io.taidon.crds.v1alpha1.DbInstanceSpec;
import io.taidon.crds.v1alpha1.DbInstanceStatus;
import io.taidon.crds.v1alpha1.DbInstanceStatus.GatewayUse;
import io.taidon.crds.v1alpha1.DbInstanceStatusBuilder;
import io.taidon.crds.v1alpha1.InstanceReason;
import io.taidon.gateway.Gateway;
import io.taidon.gateway.GatewaySettings;
import io.taidon.gateway.TestInstance;
import io.taidon.gateway.directory.Access;
import io.taidon.gateway.directory.Availability;
import io.taidon.gateway.directory.Endpoint;
import io.taidon.gateway.directory.Instance;
import io.taidon.gateway.directory.InstanceChange;
import io.taidon.gateway.directory.InstanceReference;
import io.taidon.gateway.directory.SessionActivity;
import io.taidon.gateway.directory.TokenLogin;
import io.taidon.gateway.directory.WakeProgress;
import io.taidon.gateway.log.GatewayLog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Against a real API server, with no right but those that docs/gateway.md asks for. */
@OnApiServer
class KubernetesDirectoryTest {
  private static final String USER = "the-gateway";
  private static final String PASSWORD = TestInstance.PASSWORD;
  private static final ScramVerifier VERIFIER = ScramVerifier.of(PASSWORD);

  private static ApiServer server;
  private static KubernetesClient admin;

  private final ConcurrentLinkedQueue<InstanceChange> changes = new ConcurrentLinkedQueue<>();
  private String namespace;
  private KubernetesDirectory directory;

  @BeforeAll
  static void startServer(ApiServer started) {
    server = started;
    admin = server.client();
    grant();
  }

  @AfterAll
  static void stopServer() {
    admin.close();
  }

  @BeforeEach
  void open(TestInfo test) {
    namespace = test.getTestMethod().orElseThrow().getName().replace('_', '-');
    admin
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
    directory = open("g-0");
    directory.watch(changes::add);
  }

  @AfterEach
  void close() {
    if (directory != null) {
      directory.close();
    }
  }

  @Test
  void finds_by_name_and_namespace() {
    create("shop");
    Instance found = find("shop." + namespace);
    assertThat(found.availability()).isEqualTo(new Availability.Asleep());
    assertThat(lookUp("shop")).isEmpty();
    assertThat(lookUp("other." + namespace)).isEmpty();
    say("shop", InstanceReason.RUNNING, "10.0.0.7:5432", null);
    await().until(() -> find("shop." + namespace).availability() instanceof Availability.Running);
  }

  @Test
  void knows_what_was_there_before_it_and_only_its_namespaces() {
    create("shop");
    ClusterSettings mine = new ClusterSettings(List.of(namespace), Optional.of(namespace), "g-9");
    try (KubernetesDirectory other = KubernetesDirectory.open(client(), mine, new GatewayLog())) {
      assertThat(other.size()).isEqualTo(1);
      assertThat(other.find(new InstanceReference("shop")).toCompletableFuture().join())
          .isPresent();
    }
    ClusterSettings another = new ClusterSettings(List.of("default"), Optional.empty(), "g-9");
    try (KubernetesDirectory other =
        KubernetesDirectory.open(client(), another, new GatewayLog())) {
      assertThat(other.size()).isZero();
    }
  }

  @Test
  void credentials_come_from_the_secret_of_this_very_instance() {
    DbInstance resource = create("shop");
    createSecret(resource, "shop-credentials", VERIFIER);
    Instance shop = find("shop." + namespace);
    assertThat(directory.verifier(shop, "sqlrs").toCompletableFuture().join()).contains(VERIFIER);
    assertThat(directory.verifier(shop, "postgres").toCompletableFuture().join()).isEmpty();
    Optional<TokenLogin> login =
        directory.tokenLogin(shop, "sqlrs", Access.READ_WRITE).toCompletableFuture().join();
    assertThat(login.orElseThrow().keys())
        .contains(ScramVerifier.keys(PASSWORD, VERIFIER.salt(), VERIFIER.iterations()));
    assertThat(directory.tokenLogin(shop, "sqlrs", Access.READ_ONLY).toCompletableFuture().join())
        .isEmpty();
    DbInstance thief = create("thief");
    createSecret(resource, "thief-credentials", VERIFIER);
    assertThat(directory.verifier(find("thief." + namespace), "sqlrs").toCompletableFuture().join())
        .isEmpty();
    assertThat(thief.getMetadata().getUid()).isNotEqualTo(resource.getMetadata().getUid());
  }

  @Test
  void may_get_secrets_and_list_none() {
    try (KubernetesClient client = client()) {
      assertThatThrownBy(() -> client.secrets().inNamespace(namespace).list())
          .hasMessageContaining("cannot list");
    }
  }

  @Test
  void wakes_and_waits_until_the_server_answers() throws Exception {
    create("shop");
    Instant stop = Instant.now().plusSeconds(3600); // by a clock that is ahead of ours
    say("shop", InstanceReason.STOPPED, null, stop);
    await().until(() -> view("shop").stopTime().isPresent());
    ConcurrentLinkedQueue<WakeProgress> steps = new ConcurrentLinkedQueue<>();
    CompletableFuture<Endpoint> woken =
        directory.wake(find("shop." + namespace), steps::add).toCompletableFuture();
    CompletableFuture<Endpoint> shared =
        directory.wake(find("shop." + namespace), step -> {}).toCompletableFuture();
    shared.cancel(false);
    await().until(() -> use("shop").map(GatewayUse::wakeTime).isPresent());
    assertThat(Instant.parse(use("shop").orElseThrow().wakeTime())).isAfter(stop.minusMillis(1));
    say("shop", InstanceReason.STARTING, null, stop);
    await().until(() -> !steps.isEmpty());
    assertThat(steps).containsExactly(new WakeProgress("the pod of the server is on the way"));
    int port;
    try (ServerSocket pick = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = pick.getLocalPort();
    }
    say("shop", InstanceReason.STARTING, "127.0.0.1:" + port, stop);
    await().until(() -> view("shop").endpoint().isPresent());
    assertThat(woken).isNotDone();
    try (ServerSocket listening = new ServerSocket(port, 5, InetAddress.getLoopbackAddress())) {
      for (String closed : List.of("57P03", "28000")) {
        answerOne(listening, "E\0\0\0\013C" + closed + "\0");
        assertThat(woken).as("its server says %s", closed).isNotDone();
      }
      answerOne(listening, "R\0\0\0\010\0\0\0\012");
      Endpoint endpoint = woken.get(30, TimeUnit.SECONDS);
      assertThat(endpoint.address()).isEqualTo(listening.getLocalSocketAddress());
    }
  }

  private static void answerOne(ServerSocket listening, String answer) throws IOException {
    try (Socket asking = listening.accept()) {
      byte[] asked = new byte[ByteBuffer.wrap(asking.getInputStream().readNBytes(4)).getInt() - 4];
      assertThat(asking.getInputStream().readNBytes(asked, 0, asked.length))
          .isEqualTo(asked.length);
      assertThat(new String(asked, StandardCharsets.UTF_8)).contains("user\0sqlrs\0");
      asking.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
      assertThat(asking.getInputStream().read()).as("it hangs up").isEqualTo(-1);
    }
  }

  @Test
  void a_stop_that_overtakes_the_wake_is_answered_by_another() {
    create("shop");
    say("shop", InstanceReason.STOPPED, null, Instant.now().minusSeconds(60));
    await().until(() -> view("shop").stopTime().isPresent());
    directory.wake(find("shop." + namespace), step -> {});
    await().until(() -> use("shop").map(GatewayUse::wakeTime).isPresent());
    Instant again = Instant.now().plusSeconds(60);
    say("shop", InstanceReason.STOPPED, null, again);
    await()
        .until(() ->
            use("shop")
                .map(GatewayUse::wakeTime)
                .filter(at -> Instant.parse(at).isAfter(again.minusMillis(1)))
                .isPresent());
  }

  @Test
  void a_wake_fails_with_the_reason() {
    create("shop");
    CompletableFuture<Endpoint> woken =
        directory.wake(find("shop." + namespace), step -> {}).toCompletableFuture();
    say("shop", InstanceReason.JOB_FAILED, null, null);
    assertThatThrownBy(() -> woken.get(30, TimeUnit.SECONDS))
        .hasMessageContaining(InstanceReason.JOB_FAILED.meaning());
    CompletableFuture<Endpoint> gone;
    create("other");
    gone = directory.wake(find("other." + namespace), step -> {}).toCompletableFuture();
    await().until(() -> use("other").isPresent());
    instances("other").delete();
    assertThatThrownBy(() -> gone.get(30, TimeUnit.SECONDS)).hasMessageContaining("deleted");
  }

  @Test
  void each_replica_writes_its_own_entry_and_nobody_elses() {
    create("shop");
    say("shop", InstanceReason.RUNNING, "10.0.0.7:5432", null);
    String id = find("shop." + namespace).id();
    Instant now = Instant.now();
    directory.report(new SessionActivity(id, 2, now));
    await().until(() -> use("shop").isPresent());
    assertThat(use("shop").orElseThrow().sessions()).isEqualTo(2);
    try (KubernetesDirectory second = open("g-1")) {
      second.report(new SessionActivity(id, 1, now));
      await().until(() -> resource("shop").getStatus().use().size() == 2);
    }
    DbInstanceStatus status = resource("shop").getStatus();
    assertThat(status.use())
        .extracting(GatewayUse::gateway)
        .containsExactlyInAnyOrder("g-0", "g-1");
    // The second one has ended, and said so; the operator's part is as it was.
    assertThat(status.use()).extracting(GatewayUse::sessions).containsExactlyInAnyOrder(2, 0);
    assertThat(status.address()).isEqualTo("10.0.0.7:5432");
    directory.close();
    assertThat(use("shop").orElseThrow().sessions()).isZero();
  }

  @Test
  void tells_of_stops_and_deletions() {
    create("shop");
    say("shop", InstanceReason.RUNNING, "10.0.0.7:5432", null);
    await().until(() -> find("shop." + namespace).availability() instanceof Availability.Running);
    say("shop", InstanceReason.STOPPED, null, Instant.now());
    String id = "shop." + namespace;
    await().until(() -> changes.contains(new InstanceChange.Stopped(id)));
    instances("shop").delete();
    await().until(() -> changes.contains(new InstanceChange.Deleted(id, "it was deleted")));
    assertThat(lookUp(id)).isEmpty();
  }

  @Test
  void clients_come_through_the_gateway() throws Exception {
    try (TestInstance postgres = TestInstance.create("shop", 17, true)) {
      InetSocketAddress address = (InetSocketAddress) postgres.start().address();
      DbInstance resource = create("shop");
      createSecret(resource, "shop-credentials", postgres.verifier());
      say("shop", InstanceReason.STOPPED, null, Instant.now());
      GatewaySettings settings =
          GatewaySettings.listeningAt(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      await().until(() -> lookUp("shop." + namespace).isPresent());
      try (Gateway gateway = Gateway.start(settings, directory)) {
        CompletableFuture<String> row =
            CompletableFuture.supplyAsync(
                () -> query(gateway.port(), "shop." + namespace),
                task -> Thread.ofVirtual().name("client").start(task));
        await().until(() -> row.isDone() || use("shop").map(GatewayUse::wakeTime).isPresent());
        assertThat(row).isNotCompletedExceptionally();
        say("shop", InstanceReason.STARTING, "127.0.0.1:" + address.getPort(), null);
        assertThat(row.get(60, TimeUnit.SECONDS)).isEqualTo("sqlrs");
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> use("shop").map(GatewayUse::lastActivityTime).isPresent());
      }
    }
  }

  private static String query(int port, String instance) {
    String url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres?sslmode=disable";
    try (Connection connection = DriverManager.getConnection(url, "sqlrs~" + instance, PASSWORD);
        var rows = connection.createStatement().executeQuery("SELECT current_user")) {
      rows.next();
      return rows.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void grant() {
    admin
        .load(KubernetesDirectoryTest.class.getResourceAsStream("gateway-rights.yaml"))
        .serverSideApply();
    // Rules take a moment to reach the authorizer.
    try (KubernetesClient client = client()) {
      await()
          .ignoreExceptions()
          .until(() -> client.resources(DbInstance.class).inAnyNamespace().list() != null);
    }
  }

  private static KubernetesClient client() {
    Config config = server.config(USER);
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  private static KubernetesDirectory open(String replica) {
    return KubernetesDirectory.open(
        client(), new ClusterSettings(List.of(), Optional.empty(), replica), new GatewayLog());
  }

  private DbInstance create(String name) {
    DbInstance instance = new DbInstance();
    instance.setMetadata(new ObjectMetaBuilder().withNamespace(namespace).withName(name).build());
    instance.setSpec(
        new DbInstanceSpec(
            new DbInstanceSpec.From("0123456789abcdef", null, null), null, null, null, null, null));
    return admin.resource(instance).create();
  }

  private void createSecret(DbInstance owner, String name, ScramVerifier verifier) {
    admin
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .addNewOwnerReference()
                .withApiVersion(owner.getApiVersion())
                .withKind(owner.getKind())
                .withName(owner.getMetadata().getName())
                .withUid(owner.getMetadata().getUid())
                .endOwnerReference()
                .endMetadata()
                .withType(Credential.TYPE)
                .withStringData(
                    Map.of("role", "sqlrs", "password", PASSWORD, "verifier", verifier.text()))
                .build())
        .create();
  }

  /** What the operator would say. */
  private void say(String name, InstanceReason reason, String address, Instant stopTime) {
    DbInstance said = new DbInstance();
    said.setMetadata(new ObjectMetaBuilder().withNamespace(namespace).withName(name).build());
    said.setStatus(
        new DbInstanceStatusBuilder()
            .withCondition(
                new ConditionBuilder()
                    .withType("Ready")
                    .withStatus(reason.status())
                    .withReason(reason.value())
                    .withMessage(reason.meaning())
                    .withLastTransitionTime(Instant.now().toString())
                    .build())
            .withSecret(name + "-credentials")
            .withAddress(address)
            .withStopTime(stopTime == null ? null : stopTime.toString())
            .build());
    instances(name)
        .subresource("status")
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(Api.MANAGER_OPERATOR)
                .withForce(true)
                .build(),
            said);
  }

  private Resource<DbInstance> instances(String name) {
    return admin.resources(DbInstance.class).inNamespace(namespace).withName(name);
  }

  private DbInstance resource(String name) {
    return instances(name).get();
  }

  private InstanceView view(String name) {
    return new InstanceView(resource(name));
  }

  private Optional<GatewayUse> use(String name) {
    return view(name).use("g-0");
  }

  private Optional<Instance> lookUp(String reference) {
    return directory.find(new InstanceReference(reference)).toCompletableFuture().join();
  }

  private Instance find(String reference) {
    return await().until(() -> lookUp(reference), Optional::isPresent).orElseThrow();
  }
}
