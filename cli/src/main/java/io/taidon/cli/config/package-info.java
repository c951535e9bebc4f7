/** The workspace and the configuration files. */
@NullMarked
package io.taidon.cli.config;

import org.jspecify.annotations.NullMarked;
