/** Conditions as the Kubernetes API wants them. */
@NullMarked
package io.taidon.operator.condition;

import org.jspecify.annotations.NullMarked;
