/**
 * Who is where: the port through which the gateway learns of instances, in which state they are,
 * how their roles are authenticated, how to wake them, and tells what it sees of their use. The
 * embedded server implements it over the engine, a cluster over the Kubernetes API.
 *
 * <p>Nothing here may block: the gateway calls from its event loops, and implementations complete
 * the stages they return from threads of their own.
 */
@NullMarked
package io.taidon.gateway.directory;

import org.jspecify.annotations.NullMarked;
