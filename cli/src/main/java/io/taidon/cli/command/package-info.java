/** The commands: each parses its arguments, has the work done, and prints. */
@NullMarked
package io.taidon.cli.command;

import org.jspecify.annotations.NullMarked;
