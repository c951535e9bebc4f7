package io.taidon.node.cluster;

import io.taidon.core.state.StateId;
import io.taidon.node.name.Namespace;
import java.util.Optional;

/**
 * A StateSnapshot.
 *
 * @param deleting whether it waits for its copies to go
 * @param here whether it says that this node has a copy
 * @param evicted the time of sealing of the copy here that must go, as its location said it
 */
public record KnownState(
    Namespace namespace, StateId id, boolean deleting, boolean here, Optional<String> evicted) {}
