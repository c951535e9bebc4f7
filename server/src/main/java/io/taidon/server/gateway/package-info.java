/**
 * The gateway inside this server: what it knows of the engine's instances, the port that a store
 * keeps, and the keys that sign tokens.
 */
@NullMarked
package io.taidon.server.gateway;

import org.jspecify.annotations.NullMarked;
