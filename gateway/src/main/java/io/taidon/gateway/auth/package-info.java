/**
 * Authentication at the door: SCRAM-SHA-256 as a server, the same as a client towards an instance's
 * own server, and signed tokens. No class here does I/O or waits, except the readers of key files;
 * and none shows a secret in a text.
 */
@NullMarked
package io.taidon.gateway.auth;

import org.jspecify.annotations.NullMarked;
