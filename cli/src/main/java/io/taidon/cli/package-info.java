/** The command line {@code sqlrs}: what a process is given, what it says and what it exits with. */
@NullMarked
package io.taidon.cli;

import org.jspecify.annotations.NullMarked;
