/** How failures leave the server: always as the error body of the contract. */
@NullMarked
package io.taidon.server.error;

import org.jspecify.annotations.NullMarked;
