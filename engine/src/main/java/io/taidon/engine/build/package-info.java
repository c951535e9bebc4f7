/** Builds the states that a plan lacks, each once however many want it. */
@NullMarked
package io.taidon.engine.build;

import org.jspecify.annotations.NullMarked;
