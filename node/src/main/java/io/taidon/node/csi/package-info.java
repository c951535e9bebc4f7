/** The gRPC services that kubelets call. */
@NullMarked
package io.taidon.node.csi;

import org.jspecify.annotations.NullMarked;
