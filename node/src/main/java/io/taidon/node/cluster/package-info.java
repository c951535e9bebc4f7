/** What the node plugin knows of the cluster and says to it. */
@NullMarked
package io.taidon.node.cluster;

import org.jspecify.annotations.NullMarked;
