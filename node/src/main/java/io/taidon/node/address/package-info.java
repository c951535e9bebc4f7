/** Hears where the servers of instances are as soon as they know it themselves. */
@NullMarked
package io.taidon.node.address;

import org.jspecify.annotations.NullMarked;
