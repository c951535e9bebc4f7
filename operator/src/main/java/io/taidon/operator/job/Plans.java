package io.taidon.operator.job;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.taidon.core.segment.Manifest;
import io.taidon.core.segment.SegmentText;
import io.taidon.crds.v1alpha1.PrepareJob;
import io.taidon.operator.Names;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The manifests that were worked out before, by a digest of all that determines them. A ConfigMap
 * holds one for as long as one of its owners lives: the jobs that used it, and the state they led
 * to.
 */
@ApplicationScoped
public class Plans {
  private static final String KEY = "manifest";
  private static final int DIGITS = 32;
  private static final int MOST_TRIES = 10;

  private final KubernetesClient client;

  public Plans(KubernetesClient client) {
    this.client = client;
  }

  static String name(String digest) {
    return "plan-" + digest.substring(0, DIGITS);
  }

  /** The manifest for a digest. */
  Optional<Manifest> find(String namespace, String digest) {
    ConfigMap stored = client.configMaps().inNamespace(namespace).withName(name(digest)).get();
    if (stored == null || stored.getMetadata().getDeletionTimestamp() != null) {
      return Optional.empty();
    }
    try {
      return Optional.of(SegmentText.manifest(stored.getData().getOrDefault(KEY, "")));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // of another version: worked out again
    }
  }

  /** Keeps a manifest for a job. */
  void store(PrepareJob job, String digest, Manifest manifest) {
    client
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name(digest))
                .withNamespace(job.getMetadata().getNamespace())
                .addToLabels("app.kubernetes.io/managed-by", "taidon")
                .withOwnerReferences(reference(job))
                .endMetadata()
                .addToData(KEY, SegmentText.of(manifest))
                .build())
        .createOr(NonDeletingOperation::update);
  }

  /** Makes an object an owner, so that the manifest lives as long as it. */
  void keepFor(HasMetadata owner, String digest) {
    String namespace = owner.getMetadata().getNamespace();
    Resource<ConfigMap> place = client.configMaps().inNamespace(namespace).withName(name(digest));
    for (int tries = MOST_TRIES; !keepFor(owner, place, tries == 1); tries--) {
      // Another owner came in between, of those that many jobs with one plan have at once.
    }
  }

  private static boolean keepFor(HasMetadata owner, Resource<ConfigMap> place, boolean last) {
    ConfigMap stored = place.get();
    if (stored == null || owns(stored, owner)) {
      return true;
    }
    try {
      ConfigMap unused =
          place.edit(map -> {
            List<OwnerReference> owners = new ArrayList<>(map.getMetadata().getOwnerReferences());
            owners.add(reference(owner));
            return new ConfigMapBuilder(map)
                .editMetadata()
                .withOwnerReferences(owners)
                .endMetadata()
                .build();
          });
      return true;
    } catch (KubernetesClientException e) {
      if (last || e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
      return false;
    }
  }

  private static boolean owns(ConfigMap stored, HasMetadata owner) {
    return stored.getMetadata().getOwnerReferences().stream()
        .anyMatch(reference -> reference.getUid().equals(owner.getMetadata().getUid()));
  }

  private static OwnerReference reference(HasMetadata owner) {
    return new OwnerReferenceBuilder()
        .withApiVersion(owner.getApiVersion())
        .withKind(owner.getKind())
        .withName(owner.getMetadata().getName())
        .withUid(owner.getMetadata().getUid())
        .build();
  }

  /** The digest of all that determines a job's manifest. */
  String digest(PrepareJob job, String image, Optional<ConfigMap> source) {
    StringBuilder all = new StringBuilder("plan 1\n");
    all.append(image).append('\n');
    all.append(client.getKubernetesSerialization().asJson(job.getSpec().steps())).append('\n');
    if (job.getSpec().source() != null) {
      all.append(client.getKubernetesSerialization().asJson(job.getSpec().source())).append('\n');
      source.ifPresent(map ->
          all.append(client.getKubernetesSerialization().asJson(map.getData()))
              .append(client.getKubernetesSerialization().asJson(map.getBinaryData())));
      if (mayChange(job)) {
        all.append(job.getMetadata().getUid());
      }
    }
    return Names.sha256(all.toString());
  }

  /** Whether the same spec may mean other files tomorrow. */
  private static boolean mayChange(PrepareJob job) {
    var source = job.getSpec().source();
    if (source.git() != null) {
      return source.git().ref() == null || !source.git().ref().matches("[0-9a-f]{40}");
    }
    return source.volumeClaimRef() != null;
  }
}
