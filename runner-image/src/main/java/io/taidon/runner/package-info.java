/**
 * What runs in the pods of a prepare: brings the sources, plans, builds, and says how it ended. The
 * operator knows these pods by {@link io.taidon.core.segment} alone.
 */
@NullMarked
package io.taidon.runner;

import org.jspecify.annotations.NullMarked;
