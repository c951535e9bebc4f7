/** Jobs: bounded work with an end, its tasks and its numbered events. */
@NullMarked
package io.taidon.engine.job;

import org.jspecify.annotations.NullMarked;
