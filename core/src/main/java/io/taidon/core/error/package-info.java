/** What can go wrong, as users see it: stable codes, one plain sentence, a place and a remedy. */
@NullMarked
package io.taidon.core.error;

import org.jspecify.annotations.NullMarked;
