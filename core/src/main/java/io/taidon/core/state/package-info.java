/** What a state is and the only place that hashes. */
@NullMarked
package io.taidon.core.state;

import org.jspecify.annotations.NullMarked;
