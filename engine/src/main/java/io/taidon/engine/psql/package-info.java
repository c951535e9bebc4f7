/** Runs psql scripts as psql does, knows every file they read, and says where they fail. */
@NullMarked
package io.taidon.engine.psql;

import org.jspecify.annotations.NullMarked;
