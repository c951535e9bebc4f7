/** Wires the engine on one machine, and clears what a dead one left behind. */
@NullMarked
package io.taidon.engine.local;

import org.jspecify.annotations.NullMarked;
