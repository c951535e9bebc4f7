/** The sockets: which I/O mechanism, which options, how many threads. */
@NullMarked
package io.taidon.gateway.transport;

import org.jspecify.annotations.NullMarked;
