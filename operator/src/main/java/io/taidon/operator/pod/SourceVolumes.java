package io.taidon.operator.pod;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.taidon.crds.v1alpha1.PrepareJobSpec.SourceSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a job's sources get into its pods. The container {@code fetch} brings them to {@value
 * #WORKSPACE}, which is all that the other containers see of them.
 *
 * @param fetchEnvironment says to {@code fetch} where they come from
 */
public record SourceVolumes(
    List<Volume> volumes, List<VolumeMount> fetchMounts, List<EnvVar> fetchEnvironment) {
  /** Where steps find the sources. */
  public static final String WORKSPACE = "/workspace";

  private static final String SOURCE = "/source";
  private static final String CREDENTIALS = "/credentials";

  /**
   * The volumes of a source.
   *
   * @param inputs the ConfigMap with the request and the inline files
   * @param revision the commit that a git source was resolved to before
   */
  public static SourceVolumes of(
      @Nullable SourceSpec source, String inputs, Optional<String> revision) {
    List<Volume> volumes = new ArrayList<>();
    List<VolumeMount> mounts = new ArrayList<>();
    List<EnvVar> environment = new ArrayList<>();
    if (source == null) {
      environment.add(variable("TAIDON_SOURCE", "none"));
    } else if (source.inline() != null) {
      environment.add(variable("TAIDON_SOURCE", "directory"));
      List<KeyToPath> items = new ArrayList<>();
      for (int i = 0; i < source.inline().size(); i++) {
        items.add(new KeyToPath(inlineKey(i), null, source.inline().get(i).path()));
      }
      volumes.add(
          new VolumeBuilder()
              .withName("source")
              .withNewConfigMap()
              .withName(inputs)
              .withItems(items)
              .endConfigMap()
              .build());
      mounts.add(mount("source", SOURCE));
    } else if (source.configMapRef() != null) {
      environment.add(variable("TAIDON_SOURCE", "configmap"));
      volumes.add(
          new VolumeBuilder()
              .withName("source")
              .withNewConfigMap()
              .withName(source.configMapRef().name())
              .endConfigMap()
              .build());
      mounts.add(mount("source", SOURCE));
    } else if (source.git() != null) {
      environment.add(variable("TAIDON_SOURCE", "git"));
      environment.add(variable("TAIDON_GIT_URL", source.git().url()));
      revision
          .or(() -> Optional.ofNullable(source.git().ref()))
          .ifPresent(ref -> environment.add(variable("TAIDON_GIT_REF", ref)));
      if (source.git().secretRef() != null) {
        volumes.add(
            new VolumeBuilder()
                .withName("credentials")
                .withNewSecret()
                .withSecretName(source.git().secretRef().name())
                .withDefaultMode(0444)
                .endSecret()
                .build());
        mounts.add(mount("credentials", CREDENTIALS));
      }
    } else if (source.archive() != null) {
      environment.add(variable("TAIDON_SOURCE", "archive"));
      environment.add(variable("TAIDON_ARCHIVE_URL", source.archive().url()));
      environment.add(variable("TAIDON_ARCHIVE_SHA256", source.archive().sha256()));
    } else if (source.volumeClaimRef() != null) {
      environment.add(variable("TAIDON_SOURCE", "directory"));
      volumes.add(
          new VolumeBuilder()
              .withName("source")
              .withNewPersistentVolumeClaim()
              .withClaimName(source.volumeClaimRef().name())
              .withReadOnly(true)
              .endPersistentVolumeClaim()
              .build());
      mounts.add(mount("source", SOURCE));
    }
    return new SourceVolumes(volumes, mounts, environment);
  }

  /** The key of an inline file in the inputs: paths may hold what keys may not. */
  public static String inlineKey(int index) {
    return "file-" + index;
  }

  private static VolumeMount mount(String volume, String path) {
    return new VolumeMountBuilder().withName(volume).withMountPath(path).withReadOnly(true).build();
  }

  private static EnvVar variable(String name, String value) {
    return new EnvVarBuilder().withName(name).withValue(value).build();
  }
}
