/** The end-to-end suite: what users are promised, on a real cluster. */
@NullMarked
package io.taidon.e2e;

import org.jspecify.annotations.NullMarked;
