/** What is cached, as decisions need to know it. */
@NullMarked
package io.taidon.core.cache;

import org.jspecify.annotations.NullMarked;
