/** The pools of the nodes, and which node a pod may go to. */
@NullMarked
package io.taidon.operator.pool;

import org.jspecify.annotations.NullMarked;
