/** What is in the store: its layout on disk, its registry, its locks. */
@NullMarked
package io.taidon.engine.store;

import org.jspecify.annotations.NullMarked;
