/**
 * The gateway: one TCP endpoint for every instance. It reads the PostgreSQL startup packet,
 * authenticates, finds the instance, wakes it if need be, and then only moves bytes.
 */
@NullMarked
package io.taidon.gateway;

import org.jspecify.annotations.NullMarked;
