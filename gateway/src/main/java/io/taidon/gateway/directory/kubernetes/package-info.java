/**
 * The directory of a cluster: DbInstances by an informer, credentials by {@code get} of one Secret,
 * wakes and use by server-side apply of the gateway's own part of a status. The only package here
 * that knows the Kubernetes API. API calls block, on virtual threads and never on an event loop.
 */
@NullMarked
package io.taidon.gateway.directory.kubernetes;

import org.jspecify.annotations.NullMarked;
