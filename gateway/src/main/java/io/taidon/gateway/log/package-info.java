/**
 * Structured logs: one JSON object a line, with keys from a closed list, so that nothing is written
 * by accident. Goes through {@link java.lang.System.Logger}, as all of the project does.
 */
@NullMarked
package io.taidon.gateway.log;

import org.jspecify.annotations.NullMarked;
