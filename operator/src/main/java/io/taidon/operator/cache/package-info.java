/** What stays in the pools and what goes: asks core's policy, tells the API, gives builds room. */
@NullMarked
package io.taidon.operator.cache;

import org.jspecify.annotations.NullMarked;
