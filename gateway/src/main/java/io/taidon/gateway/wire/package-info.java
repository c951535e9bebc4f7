/**
 * PostgreSQL's protocol as bytes: what is sent before a session is handed to the relay, and how
 * what arrives until then is cut into bounded frames. Nothing here knows of instances.
 */
@NullMarked
package io.taidon.gateway.wire;

import org.jspecify.annotations.NullMarked;
