/** The engine as its hosts see it: one facade, the requests it takes and the views it gives. */
@NullMarked
package io.taidon.engine.local;

import org.jspecify.annotations.NullMarked;
