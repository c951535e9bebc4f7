/** What every request passes first: who may enter, and how much may be sent. */
@NullMarked
package io.taidon.server.entry;

import org.jspecify.annotations.NullMarked;
