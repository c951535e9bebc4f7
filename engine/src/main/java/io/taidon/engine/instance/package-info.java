/** Instances: writable clones of states, each with a server of its own. */
@NullMarked
package io.taidon.engine.instance;

import org.jspecify.annotations.NullMarked;
