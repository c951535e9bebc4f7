/** The cluster, the Taidon in it, namespaces for scenarios, and hands on its nodes. */
@NullMarked
package io.taidon.e2e.cluster;

import org.jspecify.annotations.NullMarked;
