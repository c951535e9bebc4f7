/** The pools of a node: where states, instances and slots lie. */
@NullMarked
package io.taidon.node.pool;

import org.jspecify.annotations.NullMarked;
