package io.taidon.operator.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.taidon.crds.v1alpha1.Api;
import io.taidon.crds.v1alpha1.PrepareJob;
import io.taidon.crds.v1alpha1.PrepareJobSpec.SourceSpec;
import io.taidon.operator.Names;
import io.taidon.operator.OperatorSettings;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The pods of a PrepareJob: one that plans, one that builds. */
@ApplicationScoped
public class JobPods {
  /** The key of the request in the inputs. */
  public static final String REQUEST_KEY = "request";

  /** The container that plans or builds. */
  public static final String CONTAINER = "runner";

  private static final String INPUTS = "/etc/taidon";
  private static final String ROLE_PLAN = "plan";
  private static final String ROLE_BUILD = "build";

  private final OperatorSettings settings;
  private final RunnerImages images;

  public JobPods(OperatorSettings settings, RunnerImages images) {
    this.settings = settings;
    this.images = images;
  }

  /** A pod that prints the manifest. It touches no state, so any node will do. */
  public Pod plan(PrepareJob job, String name, String inputs) {
    return pod(job, name, ROLE_PLAN, inputs, Optional.empty()).build();
  }

  /**
   * A pod that runs steps.
   *
   * @param nodes where it may run
   * @param volume the attributes of its data volume
   */
  public Pod build(
      PrepareJob job,
      String name,
      String inputs,
      Optional<String> revision,
      Collection<String> nodes,
      Map<String, String> volume) {
    return pod(job, name, ROLE_BUILD, inputs, revision)
        .editSpec()
        .withAffinity(PodParts.onNodes(nodes))
        .addToVolumes(PodParts.stateVolume(volume))
        .editFirstContainer()
        .addToVolumeMounts(
            new VolumeMountBuilder()
                .withName(PodParts.STATE_VOLUME)
                .withMountPath(PodParts.STATE_DIRECTORY)
                .build())
        .endContainer()
        .endSpec()
        .build();
  }

  private PodBuilder pod(
      PrepareJob job, String name, String role, String inputs, Optional<String> revision) {
    SourceVolumes source = SourceVolumes.of(job.getSpec().source(), inputs, revision);
    String image = images.of(Optional.ofNullable(job.getSpec().engine()));
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(job.getMetadata().getNamespace())
        .addToLabels("app.kubernetes.io/managed-by", "taidon")
        .addToLabels(Api.LABEL_ROLE, role)
        .addToLabels(Api.LABEL_JOB, Names.label(job.getMetadata().getName()))
        .addToLabels(egress(job.getSpec().source()))
        .withOwnerReferences(PodParts.ownedBy(job))
        .endMetadata()
        .withNewSpec()
        .withRestartPolicy("Never")
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withTerminationGracePeriodSeconds(20L)
        .withImagePullSecrets(PodParts.pullSecrets(settings.imagePullSecret()))
        .withSecurityContext(PodParts.podSecurity())
        .withInitContainers(fetch(image, source))
        .withContainers(runner(image, role))
        .addAllToVolumes(source.volumes())
        .addToVolumes(PodParts.scratchVolume("workspace", "4Gi"))
        .addToVolumes(PodParts.scratchVolume(PodParts.SCRATCH_VOLUME, "4Gi"))
        .addToVolumes(
            new VolumeBuilder()
                .withName("inputs")
                .withNewConfigMap()
                .withName(inputs)
                .addNewItem()
                .withKey(REQUEST_KEY)
                .withPath(REQUEST_KEY)
                .endItem()
                .endConfigMap()
                .build())
        .endSpec();
  }

  /** By this label network policies let out whoever has to fetch something, and nobody else. */
  private static Map<String, String> egress(@Nullable SourceSpec source) {
    return source != null && (source.git() != null || source.archive() != null)
        ? Map.of(Api.LABEL_EGRESS, Api.EGRESS_SOURCE)
        : Map.of();
  }

  private Container fetch(String image, SourceVolumes source) {
    List<VolumeMount> mounts = new ArrayList<>(source.fetchMounts());
    mounts.add(mount("workspace", SourceVolumes.WORKSPACE, false));
    mounts.add(mount(PodParts.SCRATCH_VOLUME, "/tmp", false));
    return container("fetch", image, "fetch")
        .withEnv(source.fetchEnvironment())
        .withVolumeMounts(mounts)
        .build();
  }

  private Container runner(String image, String role) {
    return container(CONTAINER, image, role)
        .addNewEnv()
        .withName("TAIDON_REQUEST")
        .withValue(INPUTS + "/" + REQUEST_KEY)
        .endEnv()
        .withVolumeMounts(
            mount("workspace", SourceVolumes.WORKSPACE, true),
            mount("inputs", INPUTS, true),
            mount(PodParts.SCRATCH_VOLUME, "/tmp", false))
        .build();
  }

  private ContainerBuilder container(String name, String image, String command) {
    return new ContainerBuilder()
        .withName(name)
        .withImage(image)
        .withImagePullPolicy(settings.imagePullPolicy())
        .withArgs(command)
        .withResources(PodParts.resources(Optional.empty()))
        .withSecurityContext(PodParts.containerSecurity());
  }

  private static VolumeMount mount(String volume, String path, boolean readOnly) {
    return new VolumeMountBuilder()
        .withName(volume)
        .withMountPath(path)
        .withReadOnly(readOnly ? true : null)
        .build();
  }
}
