/** Copies, deletes and measures whole directory trees. */
@NullMarked
package io.taidon.engine.snapshot.tree;

import org.jspecify.annotations.NullMarked;
