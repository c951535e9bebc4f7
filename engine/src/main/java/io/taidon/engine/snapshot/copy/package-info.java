/** The backend that copies bytes, and so works everywhere. */
@NullMarked
package io.taidon.engine.snapshot.copy;

import org.jspecify.annotations.NullMarked;
