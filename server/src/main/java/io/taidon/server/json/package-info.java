/** JSON as the contract writes it. */
@NullMarked
package io.taidon.server.json;

import org.jspecify.annotations.NullMarked;
