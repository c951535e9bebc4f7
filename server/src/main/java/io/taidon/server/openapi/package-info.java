/** The API's own description. */
@NullMarked
package io.taidon.server.openapi;

import org.jspecify.annotations.NullMarked;
