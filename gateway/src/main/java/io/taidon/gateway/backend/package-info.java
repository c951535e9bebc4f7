/** The leg to an instance's server until it is ready for queries: dialling and logging in. */
@NullMarked
package io.taidon.gateway.backend;

import org.jspecify.annotations.NullMarked;
