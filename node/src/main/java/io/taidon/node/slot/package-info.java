/** What volumes are for, and what is remembered of each. */
@NullMarked
package io.taidon.node.slot;

import org.jspecify.annotations.NullMarked;
