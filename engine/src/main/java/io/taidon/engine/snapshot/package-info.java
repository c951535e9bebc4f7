/** Clones and seals cluster directories, as cheaply as the file system allows. */
@NullMarked
package io.taidon.engine.snapshot;

import org.jspecify.annotations.NullMarked;
