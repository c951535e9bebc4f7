/** From steps and a cache to what must still run. */
@NullMarked
package io.taidon.core.plan;

import org.jspecify.annotations.NullMarked;
