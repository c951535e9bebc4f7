/** The pods that the operator makes, and what has become of them. */
@NullMarked
package io.taidon.operator.pod;

import org.jspecify.annotations.NullMarked;
