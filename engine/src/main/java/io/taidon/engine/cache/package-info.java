/** Keeps the states of one store within their limits. Decides nothing itself: that is core's. */
@NullMarked
package io.taidon.engine.cache;

import org.jspecify.annotations.NullMarked;
