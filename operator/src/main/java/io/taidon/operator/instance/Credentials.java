package io.taidon.operator.instance;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.taidon.core.scram.ScramVerifier;
import io.taidon.crds.v1alpha1.Api;
import io.taidon.crds.v1alpha1.DbInstance;
import io.taidon.crds.v1alpha1.VolumeAttributes;
import io.taidon.operator.Creation;
import io.taidon.operator.Names;
import io.taidon.operator.OperatorSettings;
import io.taidon.operator.pod.PodParts;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** The Secret of an instance: made once, and gone with it. */
@ApplicationScoped
public class Credentials {
  /** The type of the Secret. */
  public static final String TYPE = "taidon.io/credentials";

  private static final String DATABASE = "postgres";
  private static final int PASSWORD_BYTES = 24;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final KubernetesClient client;
  private final OperatorSettings settings;

  public Credentials(KubernetesClient client, OperatorSettings settings) {
    this.client = client;
    this.settings = settings;
  }

  /** The name of an instance's Secret. */
  public static String name(DbInstance instance) {
    return Names.child(instance.getMetadata().getName(), "credentials");
  }

  /** Makes the Secret if it is not there. */
  void ensure(DbInstance instance) {
    String name = name(instance);
    // A new instance has none, and somebody waits: one request less.
    boolean isNew = instance.getStatus() == null;
    if (isNew || !isThere(instance, name)) {
      Creation.unlessThere(client, make(instance, name));
    }
  }

  private boolean isThere(DbInstance instance, String name) {
    return client.secrets().inNamespace(instance.getMetadata().getNamespace()).withName(name).get()
        != null;
  }

  private Secret make(DbInstance instance, String name) {
    byte[] random = new byte[PASSWORD_BYTES];
    RANDOM.nextBytes(random);
    String password = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    String role = instance.role();
    String user = role + "~" + reference(instance);
    String host = settings.gateway().host();
    int port = settings.gateway().port();
    Map<String, String> data = new LinkedHashMap<>();
    data.put(
        "uri", "postgresql://" + user + ":" + password + "@" + host + ":" + port + "/" + DATABASE);
    data.put("username", user);
    data.put("password", password);
    data.put("host", host);
    data.put("port", Integer.toString(port));
    data.put("database", DATABASE);
    data.put(VolumeAttributes.ROLE, role);
    data.put(VolumeAttributes.VERIFIER, ScramVerifier.of(password).text());
    return new SecretBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(instance.getMetadata().getNamespace())
        .addToLabels("app.kubernetes.io/managed-by", "taidon")
        .addToLabels(Api.LABEL_INSTANCE, Names.label(instance.getMetadata().getName()))
        .withOwnerReferences(PodParts.ownedBy(instance))
        .endMetadata()
        .withType(TYPE)
        .withStringData(data)
        .build();
  }

  /** How clients name an instance of the cluster. */
  private static String reference(DbInstance instance) {
    return instance.getMetadata().getName() + "." + instance.getMetadata().getNamespace();
  }
}
