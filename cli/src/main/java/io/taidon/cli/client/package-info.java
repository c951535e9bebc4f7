/** The Engine API as a client sees it: HTTP on a loopback address, JSON, event streams. */
@NullMarked
package io.taidon.cli.client;

import org.jspecify.annotations.NullMarked;
