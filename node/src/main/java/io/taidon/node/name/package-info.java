/** What a path in a pool is built from: validated names. */
@NullMarked
package io.taidon.node.name;

import org.jspecify.annotations.NullMarked;
