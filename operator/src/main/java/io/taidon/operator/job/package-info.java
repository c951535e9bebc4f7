/** From a PrepareJob to its state: plan, claim, build, and how each of them ends. */
@NullMarked
package io.taidon.operator.job;

import org.jspecify.annotations.NullMarked;
