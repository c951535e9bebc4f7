/**
 * Who may come in, how many and how fast. Decides by address and by the text that a client names an
 * instance with, never by what exists, so that its answers tell nothing. Nothing here waits: each
 * decision is a few atomic updates, on the event loop that asks.
 */
@NullMarked
package io.taidon.gateway.admission;

import org.jspecify.annotations.NullMarked;
