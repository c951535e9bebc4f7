package io.taidon.e2e.cluster;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.taidon.crds.v1alpha1.DbInstance;
import io.taidon.crds.v1alpha1.PrepareJob;
import io.taidon.crds.v1alpha1.StateSnapshot;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** A namespace of one scenario: states are shared inside it, and with nobody outside. */
public final class TestNamespace {
  /** What the suite makes has this label, so that leftovers of an interrupted run can be found. */
  public static final String LABEL = "taidon.io/e2e";

  private static final int FIRST_LETTERS = 24;

  private final KubernetesClient client;
  private final Hands hands;
  private final String name;

  private TestNamespace(KubernetesClient client, Hands hands, String name) {
    this.client = client;
    this.hands = hands;
    this.name = name;
  }

  /** Makes one whose name begins with what it is for. */
  public static TestNamespace create(KubernetesClient client, Hands hands, String purpose) {
    String name = freshName(purpose);
    client
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels(LABEL, "true")
                .endMetadata()
                .build())
        .create();
    awaitServiceAccount(client, name);
    return new TestNamespace(client, hands, name);
  }

  static String freshName(String purpose) {
    String words = purpose.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    String head = words.substring(0, Math.min(words.length(), FIRST_LETTERS));
    return "e2e-"
        + head.replaceAll("^-|-$", "")
        + "-"
        + Integer.toHexString(ThreadLocalRandom.current().nextInt(0x100000, 0x1000000));
  }

  /** Pods are refused until the namespace has its account. */
  static void awaitServiceAccount(KubernetesClient client, String namespace) {
    Patience.await("the service account of namespace " + namespace)
        .until(() ->
            client.serviceAccounts().inNamespace(namespace).withName("default").get() != null);
  }

  public String name() {
    return name;
  }

  public KubernetesClient client() {
    return client;
  }

  /** Creates an object in it. */
  public <T extends HasMetadata> T create(T object) {
    object.getMetadata().setNamespace(name);
    return client.resource(object).create();
  }

  /** Applies an object in it, as {@code kubectl apply --server-side} does. */
  public HasMetadata apply(HasMetadata object) {
    object.getMetadata().setNamespace(name);
    return client.resource(object).serverSideApply();
  }

  /** A ConfigMap of files; {@code /} in a path becomes {@code __} in its key. */
  public ConfigMap createFiles(String mapName, Map<String, byte[]> files) {
    ConfigMapBuilder map = new ConfigMapBuilder().withNewMetadata().withName(mapName).endMetadata();
    files.forEach((path, content) ->
        map.addToData(path.replace("/", "__"), new String(content, StandardCharsets.UTF_8)));
    return create(map.build());
  }

  public Resource<PrepareJob> job(String jobName) {
    return client.resources(PrepareJob.class).inNamespace(name).withName(jobName);
  }

  public Resource<DbInstance> instance(String instanceName) {
    return client.resources(DbInstance.class).inNamespace(name).withName(instanceName);
  }

  public List<PrepareJob> jobs() {
    return client.resources(PrepareJob.class).inNamespace(name).list().getItems();
  }

  public List<DbInstance> instances() {
    return client.resources(DbInstance.class).inNamespace(name).list().getItems();
  }

  public List<StateSnapshot> states() {
    return client.resources(StateSnapshot.class).inNamespace(name).list().getItems();
  }

  public List<Pod> pods() {
    return client.pods().inNamespace(name).list().getItems();
  }

  /** The Secrets that Taidon made. */
  public List<Secret> secrets() {
    return client.secrets().inNamespace(name).list().getItems().stream()
        .filter(secret -> secret.getType().startsWith("taidon.io/"))
        .toList();
  }

  /** The value of a key of a Secret. */
  public String secret(String secretName, String key) {
    Secret secret = client.secrets().inNamespace(name).withName(secretName).require();
    return new String(
        Base64.getDecoder().decode(secret.getData().get(key)), StandardCharsets.UTF_8);
  }

  /** The ConfigMaps that Taidon made. */
  public List<ConfigMap> configMaps() {
    return client
        .configMaps()
        .inNamespace(name)
        .withLabel("app.kubernetes.io/managed-by", "taidon")
        .list()
        .getItems();
  }

  /** Everything of Taidon's that is there: API objects, and what lies on the nodes. */
  public List<String> holdings() {
    List<String> all = new ArrayList<>();
    Stream.of(jobs(), instances(), states(), pods(), secrets(), configMaps())
        .flatMap(List::stream)
        .map(object -> object.getKind() + " " + object.getMetadata().getName())
        .forEach(all::add);
    all.addAll(hands.holdings(name));
    all.addAll(hands.slots(name));
    return all;
  }

  /** Waits until nothing of Taidon's is left in it. */
  public void awaitNothingLeft() {
    Patience.await("nothing of namespace " + name + " is left")
        .pollInterval(java.time.Duration.ofMillis(500))
        .until(this::holdings, List::isEmpty);
  }

  /** Deletes it with all that is in it, and waits until nothing is left of it, nodes included. */
  public void delete() {
    client.namespaces().withName(name).delete();
    Patience.await("namespace " + name + " is gone")
        .until(() -> client.namespaces().withName(name).get() == null);
    Patience.await("nothing of namespace " + name + " is left on the nodes")
        .pollInterval(java.time.Duration.ofMillis(500))
        .until(
            () -> Stream.concat(hands.holdings(name).stream(), hands.slots(name).stream()).toList(),
            List::isEmpty);
  }

  /** The names of the states that are there. */
  public Set<String> stateIds() {
    return states().stream()
        .map(state -> state.getSpec().id())
        .collect(java.util.stream.Collectors.toSet());
  }
}
