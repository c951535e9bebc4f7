/**
 * What the gateway counts and times. Labels are constants of this package's enumerations, never
 * something that a client sent.
 */
@NullMarked
package io.taidon.gateway.metrics;

import org.jspecify.annotations.NullMarked;
