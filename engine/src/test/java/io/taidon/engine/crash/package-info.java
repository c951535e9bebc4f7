/** Engines that die at every moment that has a name, and at some that have none. */
@NullMarked
package io.taidon.engine.crash;

import org.jspecify.annotations.NullMarked;
