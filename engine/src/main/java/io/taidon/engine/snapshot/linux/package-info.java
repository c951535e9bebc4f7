/**
 * The system calls that snapshots need and the JDK does not offer, through the foreign function
 * API. Everything native of the engine's snapshots is here.
 */
@NullMarked
package io.taidon.engine.snapshot.linux;

import org.jspecify.annotations.NullMarked;
