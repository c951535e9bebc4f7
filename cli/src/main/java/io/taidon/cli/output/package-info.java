/** What people read: tables, the state tree, progress, times, errors. */
@NullMarked
package io.taidon.cli.output;

import org.jspecify.annotations.NullMarked;
