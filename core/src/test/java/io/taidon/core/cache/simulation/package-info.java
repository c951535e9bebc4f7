/**
 * Proves what the eviction policy is worth: replays traces of requests against a cache that is too
 * small, with several policies at equal size.
 */
@NullMarked
package io.taidon.core.cache.simulation;

import org.jspecify.annotations.NullMarked;
