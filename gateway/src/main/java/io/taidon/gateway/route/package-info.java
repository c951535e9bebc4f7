/**
 * Which instance a client means: by a suffix of the user or the database, by {@code options}, by
 * the TLS server name, by a token, or, when nothing else says so, by the database's name alone.
 */
@NullMarked
package io.taidon.gateway.route;

import org.jspecify.annotations.NullMarked;
