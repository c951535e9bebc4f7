/** Benchmarks that print their own floor beside every figure; {@code make bench} runs them. */
@NullMarked
package io.taidon.engine.bench;

import org.jspecify.annotations.NullMarked;
