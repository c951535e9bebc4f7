package io.taidon.gateway.cancel;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Gateways by host names, each of which may stand for many, as that of a headless service does.
 * Names are looked up when somebody asks, because who is there changes; the JDK remembers answers
 * for a while. Thread-safe.
 */
public final class NamedPeers implements Peers {
  /** More than a home has; what a name server says is not trusted to be short. */
  private static final int MOST = 64;

  private final List<InetSocketAddress> names;

  /** Peers at unresolved addresses. */
  public NamedPeers(List<InetSocketAddress> names) {
    this.names = List.copyOf(names);
  }

  @Override
  public CompletionStage<List<InetSocketAddress>> addresses() {
    CompletableFuture<List<InetSocketAddress>> found = new CompletableFuture<>();
    Thread.ofVirtual().name("gateway-peers").start(() -> found.complete(lookUp()));
    return found;
  }

  private List<InetSocketAddress> lookUp() {
    Set<InetSocketAddress> found = new LinkedHashSet<>();
    for (InetSocketAddress name : names) {
      try {
        for (InetAddress address : InetAddress.getAllByName(name.getHostString())) {
          found.add(new InetSocketAddress(address, name.getPort()));
        }
      } catch (UnknownHostException e) {
        // Nobody is there now; the others may be the right ones.
      }
    }
    return found.stream().limit(MOST).toList();
  }
}
