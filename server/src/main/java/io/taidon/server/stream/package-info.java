/** Answers that take time: one JSON object a line, sent as things happen. */
@NullMarked
package io.taidon.server.stream;

import org.jspecify.annotations.NullMarked;
