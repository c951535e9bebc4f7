/** Plays a kubelet against a real plugin on real file systems. */
@NullMarked
package io.taidon.node;

import org.jspecify.annotations.NullMarked;
