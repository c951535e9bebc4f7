/**
 * SCRAM-SHA-256 as PostgreSQL uses it (RFC 5802, RFC 7677): what a server stores in place of a
 * password, and what a client logs in with in place of one. The exchange itself is the business of
 * those who hold a connection.
 */
@NullMarked
package io.taidon.core.scram;

import org.jspecify.annotations.NullMarked;
