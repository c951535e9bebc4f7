/** Finds, initialises, starts, watches and stops PostgreSQL servers on this machine. */
@NullMarked
package io.taidon.engine.postgres;

import org.jspecify.annotations.NullMarked;
