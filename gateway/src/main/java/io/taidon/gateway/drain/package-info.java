/** The end of many sessions at once: when the gateway or an instance goes away. */
@NullMarked
package io.taidon.gateway.drain;

import org.jspecify.annotations.NullMarked;
