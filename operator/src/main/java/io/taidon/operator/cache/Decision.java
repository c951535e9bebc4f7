package io.taidon.operator.cache;

import io.taidon.crds.v1alpha1.KeptReason;

/**
 * A copy that goes.
 *
 * @param bytes what that is expected to free
 * @param rebuildMillis what making it again is expected to take
 */
record Decision(Copy copy, KeptReason reason, long bytes, long rebuildMillis) {}
