/** The gateway beside a bare server and its peers, PgBouncer and HAProxy, in one run. */
@NullMarked
package io.taidon.gateway.bench;

import org.jspecify.annotations.NullMarked;
