/**
 * The engine's configuration: one JSON file in the store, a fixed set of keys, validated before
 * anything is written.
 */
@NullMarked
package io.taidon.engine.config;

import org.jspecify.annotations.NullMarked;
