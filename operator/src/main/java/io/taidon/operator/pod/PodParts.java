package io.taidon.operator.pod;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.NodeAffinity;
import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.NodeSelectorTermBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.taidon.crds.v1alpha1.Api;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What all pods of ours have in common: no rights, no token, a place. */
public final class PodParts {
  /** The uid and gid of PostgreSQL in every pod, and of the files in the pools. */
  public static final long POSTGRES_UID = 10001;

  public static final String STATE_VOLUME = "state";
  public static final String STATE_DIRECTORY = "/state";
  public static final String SCRATCH_VOLUME = "scratch";

  /** A pod that asks for nothing gets next to no processor on a busy node, and is evicted first. */
  private static final ResourceRequirements MODEST =
      new ResourceRequirementsBuilder()
          .addToRequests("cpu", new Quantity("100m"))
          .addToRequests("memory", new Quantity("128Mi"))
          .build();

  private PodParts() {}

  /** What a container asks for: what is wanted, else a little. */
  public static ResourceRequirements resources(Optional<ResourceRequirements> wanted) {
    return wanted.orElse(MODEST);
  }

  /** Non-root, and with the runtime's own seccomp profile. */
  public static PodSecurityContext podSecurity() {
    return new PodSecurityContextBuilder()
        .withRunAsNonRoot(true)
        .withRunAsUser(POSTGRES_UID)
        .withRunAsGroup(POSTGRES_UID)
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .build();
  }

  /** No capabilities, no way to get any, and nothing of the image can be written. */
  public static SecurityContext containerSecurity() {
    return new SecurityContextBuilder()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .build();
  }

  /** The volume that the node plugin provides. */
  public static Volume stateVolume(Map<String, String> attributes) {
    return stateVolume(attributes, Optional.empty());
  }

  /** The same for a server, with the Secret of whose values it gets to see some. */
  public static Volume stateVolume(Map<String, String> attributes, Optional<String> secret) {
    return new VolumeBuilder()
        .withName(STATE_VOLUME)
        .withNewCsi()
        .withDriver(Api.CSI_DRIVER)
        .withVolumeAttributes(attributes)
        .withNodePublishSecretRef(secret.map(LocalObjectReference::new).orElse(null))
        .endCsi()
        .build();
  }

  /** What the node plugin was told about a pod's state volume; nothing if it has none. */
  public static Map<String, String> attributes(Pod pod) {
    return pod.getSpec().getVolumes().stream()
        .filter(volume -> volume.getName().equals(STATE_VOLUME) && volume.getCsi() != null)
        .findFirst()
        .map(volume -> volume.getCsi().getVolumeAttributes())
        .orElse(Map.of());
  }

  /** Room for sockets and temporary files, gone with the pod. */
  public static Volume scratchVolume(String name, String limit) {
    return new VolumeBuilder()
        .withName(name)
        .withNewEmptyDir()
        .withSizeLimit(new Quantity(limit))
        .endEmptyDir()
        .build();
  }

  /** On one of these nodes, and on no other. One term for each: a term may name one node only. */
  public static Affinity onNodes(Collection<String> nodes) {
    List<NodeSelectorTerm> terms =
        nodes.stream()
            .map(node ->
                new NodeSelectorTermBuilder()
                    .addNewMatchField()
                    .withKey("metadata.name")
                    .withOperator("In")
                    .withValues(node)
                    .endMatchField()
                    .build())
            .toList();
    return new AffinityBuilder()
        .withNewNodeAffinity()
        .withNewRequiredDuringSchedulingIgnoredDuringExecution()
        .withNodeSelectorTerms(terms)
        .endRequiredDuringSchedulingIgnoredDuringExecution()
        .endNodeAffinity()
        .build();
  }

  /** The node of a pod, or those that it may go to. */
  public static Set<String> nodesOf(Pod pod) {
    if (pod.getSpec().getNodeName() != null) {
      return Set.of(pod.getSpec().getNodeName());
    }
    return Optional.ofNullable(pod.getSpec().getAffinity())
        .map(Affinity::getNodeAffinity)
        .map(NodeAffinity::getRequiredDuringSchedulingIgnoredDuringExecution)
        .map(NodeSelector::getNodeSelectorTerms)
        .orElse(List.of())
        .stream()
        .flatMap(term -> term.getMatchFields().stream())
        .flatMap(field -> field.getValues().stream())
        .collect(Collectors.toSet());
  }

  /** Who owns a child, so that it goes when the owner goes. */
  public static OwnerReference ownedBy(HasMetadata owner) {
    return new OwnerReferenceBuilder()
        .withApiVersion(owner.getApiVersion())
        .withKind(owner.getKind())
        .withName(owner.getMetadata().getName())
        .withUid(owner.getMetadata().getUid())
        .withController(true)
        .withBlockOwnerDeletion(false)
        .build();
  }

  /** The pull secret, if the installation has one. */
  public static List<LocalObjectReference> pullSecrets(Optional<String> name) {
    return name.map(LocalObjectReference::new).map(List::of).orElse(List.of());
  }
}
