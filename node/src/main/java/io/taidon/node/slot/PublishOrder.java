package io.taidon.node.slot;

import io.taidon.node.name.Namespace;
import io.taidon.node.name.Uid;
import io.taidon.node.name.VolumeId;
import java.util.Optional;

/** A volume for a pod; every part is validated. */
public record PublishOrder(
    VolumeId volume,
    Namespace namespace,
    String podName,
    Uid podUid,
    Target target,
    Optional<String> stateClass,
    Purpose purpose) {}
