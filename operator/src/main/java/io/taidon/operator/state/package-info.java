/** StateSnapshots: which of them are available, and when one is gone for good. */
@NullMarked
package io.taidon.operator.state;

import org.jspecify.annotations.NullMarked;
