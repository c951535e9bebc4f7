/** A gateway that runs by itself: its settings, its files, its signals and its {@code main}. */
@NullMarked
package io.taidon.gateway.config;

import org.jspecify.annotations.NullMarked;
