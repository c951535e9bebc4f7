/** Finding the local server, and starting it when there is none. */
@NullMarked
package io.taidon.cli.server;

import org.jspecify.annotations.NullMarked;
