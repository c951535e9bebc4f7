/** Waiting for an instance to come up: one wake, however many clients wait. */
@NullMarked
package io.taidon.gateway.wake;

import org.jspecify.annotations.NullMarked;
