/** From the first request to the last: how the server is found, how long it stays, how it ends. */
@NullMarked
package io.taidon.server.life;

import org.jspecify.annotations.NullMarked;
