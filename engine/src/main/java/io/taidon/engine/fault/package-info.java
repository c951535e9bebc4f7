/** The moments at which a crash is most interesting: named, described, and tried by the tests. */
@NullMarked
package io.taidon.engine.fault;

import org.jspecify.annotations.NullMarked;
