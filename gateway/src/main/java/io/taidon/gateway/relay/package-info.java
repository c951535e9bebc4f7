/** What remains of a session once both sides are ready: bytes move, and only headers are read. */
@NullMarked
package io.taidon.gateway.relay;

import org.jspecify.annotations.NullMarked;
