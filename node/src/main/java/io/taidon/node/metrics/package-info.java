/** Figures and health, over HTTP. */
@NullMarked
package io.taidon.node.metrics;

import org.jspecify.annotations.NullMarked;
