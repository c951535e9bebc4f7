/** Clients of an instance: in a pod and outside of the cluster. */
@NullMarked
package io.taidon.e2e.connect;

import org.jspecify.annotations.NullMarked;
