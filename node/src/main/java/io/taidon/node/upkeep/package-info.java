/** Keeps pools, kubelet and API in step, whatever died when. */
@NullMarked
package io.taidon.node.upkeep;

import org.jspecify.annotations.NullMarked;
