package io.taidon.node.slot;

import io.taidon.core.state.StateId;
import io.taidon.crds.v1alpha1.VolumeAttributes;
import io.taidon.node.name.Namespace;
import io.taidon.node.name.Refusals;
import io.taidon.node.name.StateIds;
import io.taidon.node.name.Uid;
import io.taidon.node.name.VolumeId;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads what a pod and its kubelet ask for; whoever may create pods wrote the attributes. */
public final class Orders {
  private static final String POD_NAME = "csi.storage.k8s.io/pod.name";
  private static final String POD_NAMESPACE = "csi.storage.k8s.io/pod.namespace";
  private static final String POD_UID = "csi.storage.k8s.io/pod.uid";
  private static final String EPHEMERAL = "csi.storage.k8s.io/ephemeral";
  private static final int MOST_SEALS = 4096;
  private static final Pattern OBJECT_NAME = Pattern.compile("[a-z0-9][-a-z0-9.]{0,252}");
  private static final Pattern CLASS = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final Set<String> KNOWN =
      Set.of(
          VolumeAttributes.PURPOSE,
          VolumeAttributes.STATE,
          VolumeAttributes.INSTANCE_UID,
          VolumeAttributes.SEALS,
          VolumeAttributes.STATE_CLASS);

  private Orders() {}

  /**
   * The order in a request.
   *
   * @throws io.taidon.core.error.TaidonException {@code INVALID_ARGUMENT}
   */
  public static PublishOrder read(
      Path kubelet, String volume, String target, Map<String, String> context) {
    if (!"true".equals(context.get(EPHEMERAL))) {
      throw Refusals.invalid("Only inline (ephemeral) volumes are served.");
    }
    for (String key : context.keySet()) {
      if (!KNOWN.contains(key) && !key.startsWith("csi.storage.k8s.io/")) {
        throw Refusals.invalid("The volume attribute " + Refusals.shown(key) + " is unknown.");
      }
    }
    PublishOrder order =
        new PublishOrder(
            new VolumeId(volume),
            new Namespace(required(context, POD_NAMESPACE)),
            podName(required(context, POD_NAME)),
            new Uid(required(context, POD_UID)),
            Target.parse(kubelet, target),
            stateClass(context),
            purpose(context));
    if (!order.target().podUid().equals(order.podUid())) {
      throw Refusals.invalid("The target path belongs to another pod than " + order.podUid() + ".");
    }
    return order;
  }

  static String podName(String text) {
    if (!OBJECT_NAME.matcher(text).matches()) {
      throw Refusals.invalid(Refusals.shown(text) + " is not the name of a pod.");
    }
    return text;
  }

  private static Optional<String> stateClass(Map<String, String> context) {
    Optional<String> stateClass = optional(context, VolumeAttributes.STATE_CLASS);
    if (stateClass.filter(name -> !CLASS.matcher(name).matches()).isPresent()) {
      throw Refusals.invalid(Refusals.shown(stateClass.get()) + " is not a class of pools.");
    }
    return stateClass;
  }

  private static Purpose purpose(Map<String, String> context) {
    String purpose = required(context, VolumeAttributes.PURPOSE);
    return switch (purpose) {
      case VolumeAttributes.PURPOSE_INSTANCE -> {
        refuse(context, VolumeAttributes.SEALS, purpose);
        yield instance(
            required(context, VolumeAttributes.STATE),
            required(context, VolumeAttributes.INSTANCE_UID));
      }
      case VolumeAttributes.PURPOSE_BUILD -> {
        refuse(context, VolumeAttributes.INSTANCE_UID, purpose);
        yield build(
            optional(context, VolumeAttributes.STATE),
            optional(context, VolumeAttributes.SEALS).orElse(""));
      }
      default ->
          throw Refusals.invalid(
              "The volume attribute "
                  + VolumeAttributes.PURPOSE
                  + " is "
                  + Refusals.shown(purpose)
                  + "; it must be instance or build.");
    };
  }

  static Purpose instance(String state, String uid) {
    return new Purpose.Instance(StateIds.parse(state), new Uid(uid));
  }

  static Purpose build(Optional<String> state, String seals) {
    List<StateId> ids =
        seals.isEmpty()
            ? List.of()
            : Arrays.stream(seals.split(",", -1)).map(StateIds::parse).toList();
    if (ids.size() > MOST_SEALS) {
      throw Refusals.invalid("A build may seal at most " + MOST_SEALS + " states.");
    }
    if (new HashSet<>(ids).size() < ids.size()) {
      throw Refusals.invalid("A build may seal each state only once.");
    }
    return new Purpose.Build(state.map(StateIds::parse), ids);
  }

  private static void refuse(Map<String, String> context, String key, String purpose) {
    if (context.containsKey(key)) {
      throw Refusals.invalid(
          "The volume attribute " + key + " is not for purpose " + purpose + ".");
    }
  }

  private static Optional<String> optional(Map<String, String> context, String key) {
    return Optional.ofNullable(context.get(key)).filter(value -> !value.isEmpty());
  }

  private static String required(Map<String, String> context, String key) {
    return optional(context, key)
        .orElseThrow(() -> Refusals.invalid("The volume attribute " + key + " is missing."));
  }
}
