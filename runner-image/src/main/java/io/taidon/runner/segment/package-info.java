/** Plans and builds a request in a pod, with the parsers, runners and ids of the engine. */
@NullMarked
package io.taidon.runner.segment;

import org.jspecify.annotations.NullMarked;
