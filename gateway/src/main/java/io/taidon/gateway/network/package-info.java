/** Ranges of addresses, as they are written and as they are asked. */
@NullMarked
package io.taidon.gateway.network;

import org.jspecify.annotations.NullMarked;
