/**
 * TLS on both legs: what is served to clients, replaced while the gateway runs; what a login may
 * bind itself to; and how the gateway verifies a backend.
 */
@NullMarked
package io.taidon.gateway.tls;

import org.jspecify.annotations.NullMarked;
