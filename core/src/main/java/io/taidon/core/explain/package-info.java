/** Why a state is not there: what changed against the nearest state that was ever built. */
@NullMarked
package io.taidon.core.explain;

import org.jspecify.annotations.NullMarked;
