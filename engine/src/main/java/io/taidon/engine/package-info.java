/** The engine as its hosts see it: one interface, the requests it takes and the views it gives. */
@NullMarked
package io.taidon.engine;

import org.jspecify.annotations.NullMarked;
