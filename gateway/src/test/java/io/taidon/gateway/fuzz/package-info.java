/**
 * Hostile input for everything before the hand-off. Each input follows from one number, so that a
 * failure is found again by it; what must hold for every input is said in the targets.
 */
@NullMarked
package io.taidon.gateway.fuzz;

import org.jspecify.annotations.NullMarked;
