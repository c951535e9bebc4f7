/** What probes and scrapers ask, on a port of its own. */
@NullMarked
package io.taidon.gateway.health;

import org.jspecify.annotations.NullMarked;
