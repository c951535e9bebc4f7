package io.taidon.gateway.cancel;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The other gateways of the same home, which share our secret. A client of protocol 3.0 has a
 * cancel key too short to say whose it is, so they are asked. We may be among them. Thread-safe.
 */
@FunctionalInterface
public interface Peers {
  /** There are none, or none that should be asked. */
  Peers NONE = () -> CompletableFuture.completedFuture(List.of());

  /** Where they are now; never blocks. */
  CompletionStage<List<InetSocketAddress>> addresses();
}
