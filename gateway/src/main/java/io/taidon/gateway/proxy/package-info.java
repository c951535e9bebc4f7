/**
 * The PROXY protocol, version 2: whom to believe when it says for whom it speaks, and how. See "The
 * PROXY protocol", Willy Tarreau, HAProxy Technologies.
 */
@NullMarked
package io.taidon.gateway.proxy;

import org.jspecify.annotations.NullMarked;
