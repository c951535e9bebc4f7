/**
 * How long instances live and stay awake, wherever they run: pure decisions from limits, use and
 * the present time.
 */
@NullMarked
package io.taidon.core.lifetime;

import org.jspecify.annotations.NullMarked;
