/** Publishes volumes to pods and takes them back. */
@NullMarked
package io.taidon.node.publish;

import org.jspecify.annotations.NullMarked;
