/** The embedded engine, to compare with. */
@NullMarked
package io.taidon.e2e.embedded;

import org.jspecify.annotations.NullMarked;
