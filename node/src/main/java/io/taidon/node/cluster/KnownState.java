package io.taidon.node.cluster;

import io.taidon.core.state.StateId;
import io.taidon.node.name.Namespace;

/**
 * A StateSnapshot.
 *
 * @param deleting whether it waits for its copies to go
 * @param here whether it says that this node has a copy
 */
public record KnownState(Namespace namespace, StateId id, boolean deleting, boolean here) {}
