/** Brings the sources of a prepare into the pod, whatever they say: bounded, and nowhere else. */
@NullMarked
package io.taidon.runner.source;

import org.jspecify.annotations.NullMarked;
