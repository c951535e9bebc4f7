/** Cancel requests: keys of our own, and the way from a key to a server. */
@NullMarked
package io.taidon.gateway.cancel;

import org.jspecify.annotations.NullMarked;
