/** The node plugin: serves the pools of one node as CSI volumes. */
@NullMarked
package io.taidon.node;

import org.jspecify.annotations.NullMarked;
