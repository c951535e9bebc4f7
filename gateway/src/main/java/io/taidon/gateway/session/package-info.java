/** One client from its startup packet to the hand-off, as a state machine that never blocks. */
@NullMarked
package io.taidon.gateway.session;

import org.jspecify.annotations.NullMarked;
