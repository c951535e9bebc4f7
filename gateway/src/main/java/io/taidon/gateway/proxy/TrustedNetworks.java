package io.taidon.gateway.proxy;

import io.taidon.gateway.network.CidrBlock;
import java.net.InetSocketAddress;
import java.util.List;

/** The networks in which our load balancers are. */
public final class TrustedNetworks {
  private static final TrustedNetworks NONE = new TrustedNetworks(List.of());

  private final List<CidrBlock> blocks;

  private TrustedNetworks(List<CidrBlock> blocks) {
    this.blocks = blocks;
  }

  public static TrustedNetworks none() {
    return NONE;
  }

  /**
   * Networks in CIDR notation, or single addresses.
   *
   * @throws IllegalArgumentException with a sentence that names the one which is neither
   */
  public static TrustedNetworks of(List<String> blocks) {
    return new TrustedNetworks(blocks.stream().map(TrustedNetworks::block).toList());
  }

  public boolean contains(InetSocketAddress peer) {
    return blocks.stream().anyMatch(block -> block.contains(peer.getAddress()));
  }

  private static CidrBlock block(String text) {
    return CidrBlock.parse(text)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "\"" + text + "\" is no network such as 10.0.0.0/8 or 2001:db8::/32."));
  }
}
