/** Keeps states that builds made, at their request. */
@NullMarked
package io.taidon.node.seal;

import org.jspecify.annotations.NullMarked;
