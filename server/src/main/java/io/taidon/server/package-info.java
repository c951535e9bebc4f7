/** Engine API v1 over HTTP: the process, its settings, and where the engine is wired in. */
@NullMarked
package io.taidon.server;

import org.jspecify.annotations.NullMarked;
