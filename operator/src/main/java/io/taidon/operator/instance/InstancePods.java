package io.taidon.operator.instance;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.taidon.core.state.StateId;
import io.taidon.crds.v1alpha1.Api;
import io.taidon.crds.v1alpha1.DbInstance;
import io.taidon.crds.v1alpha1.VolumeAttributes;
import io.taidon.operator.Names;
import io.taidon.operator.OperatorSettings;
import io.taidon.operator.pod.PodParts;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The pod of an instance's server. */
@ApplicationScoped
class InstancePods {
  private final OperatorSettings settings;

  InstancePods(OperatorSettings settings) {
    this.settings = settings;
  }

  static String name(DbInstance instance) {
    return Names.child(instance.getMetadata().getName(), "db");
  }

  Pod make(DbInstance instance, StateId state, String image, Collection<String> nodes) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name(instance))
        .withNamespace(instance.getMetadata().getNamespace())
        .addToLabels("app.kubernetes.io/managed-by", "taidon")
        .addToLabels(Api.LABEL_ROLE, "instance")
        .addToLabels(Api.LABEL_INSTANCE, Names.label(instance.getMetadata().getName()))
        .withOwnerReferences(PodParts.ownedBy(instance))
        .endMetadata()
        .withNewSpec()
        .withRestartPolicy("Always")
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withTerminationGracePeriodSeconds(30L)
        .withImagePullSecrets(PodParts.pullSecrets(settings.imagePullSecret()))
        .withSecurityContext(PodParts.podSecurity())
        .withAffinity(PodParts.onNodes(nodes))
        .addNewContainer()
        .withName("postgres")
        .withImage(image)
        .withImagePullPolicy(settings.imagePullPolicy())
        .withArgs("instance")
        .addNewEnv()
        .withName("TAIDON_CREDENTIALS")
        .withValue(PodParts.STATE_DIRECTORY + "/" + VolumeAttributes.CREDENTIALS_DIRECTORY)
        .endEnv()
        // It says so at once, and a kubelet up to a second later.
        .addNewEnv()
        .withName("TAIDON_ADDRESS")
        .withNewValueFrom()
        .withNewFieldRef()
        .withFieldPath("status.podIP")
        .endFieldRef()
        .endValueFrom()
        .endEnv()
        .addNewPort()
        .withName("postgres")
        .withContainerPort(Api.SERVER_PORT)
        .endPort()
        .withSecurityContext(PodParts.containerSecurity())
        .withResources(PodParts.resources(Optional.ofNullable(instance.getSpec().resources())))
        .withVolumeMounts(
            new VolumeMountBuilder()
                .withName(PodParts.STATE_VOLUME)
                .withMountPath(PodParts.STATE_DIRECTORY)
                .build(),
            new VolumeMountBuilder()
                .withName(PodParts.SCRATCH_VOLUME)
                .withMountPath("/tmp")
                .build(),
            new VolumeMountBuilder().withName("memory").withMountPath("/dev/shm").build())
        .endContainer()
        // The Secret comes through the node plugin. A kubelet that asks for one when it sees the
        // pod may be refused, as the API server has not noticed yet that it may have it, and waits
        // a second then.
        .addToVolumes(
            PodParts.stateVolume(volume(instance, state), Optional.of(Credentials.name(instance))))
        .addToVolumes(PodParts.scratchVolume(PodParts.SCRATCH_VOLUME, "1Gi"))
        .addToVolumes(
            new VolumeBuilder()
                .withName("memory")
                .withNewEmptyDir()
                .withMedium("Memory")
                .endEmptyDir()
                .build())
        .endSpec()
        .build();
  }

  /** The state whose clone a pod of an instance has. */
  static Optional<String> state(Pod pod) {
    return Optional.ofNullable(PodParts.attributes(pod).get(VolumeAttributes.STATE));
  }

  /** The image that a pod of an instance runs. */
  static String image(Pod pod) {
    return pod.getSpec().getContainers().getFirst().getImage();
  }

  private static Map<String, String> volume(DbInstance instance, StateId state) {
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put(VolumeAttributes.PURPOSE, VolumeAttributes.PURPOSE_INSTANCE);
    attributes.put(VolumeAttributes.STATE, state.hex());
    attributes.put(VolumeAttributes.INSTANCE_UID, instance.getMetadata().getUid());
    return attributes;
  }
}
