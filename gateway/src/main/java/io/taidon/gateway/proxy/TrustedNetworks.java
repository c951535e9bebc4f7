package io.taidon.gateway.proxy;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;

/** The networks in which our load balancers are. */
public final class TrustedNetworks {
  private static final TrustedNetworks NONE = new TrustedNetworks(List.of());

  private final List<IpSubnetFilterRule> blocks;

  private TrustedNetworks(List<IpSubnetFilterRule> blocks) {
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
    return blocks.stream().anyMatch(block -> block.matches(peer));
  }

  private static IpSubnetFilterRule block(String text) {
    int slash = text.indexOf('/');
    String host = slash < 0 ? text : text.substring(0, slash);
    byte[] address = NetUtil.createByteArrayFromIpAddressString(host);
    if (address == null) {
      throw invalid(text, null);
    }
    int bits = address.length * 8;
    try {
      int prefix = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
      if (prefix < 0 || prefix > bits) {
        throw invalid(text, null);
      }
      return new IpSubnetFilterRule(
          InetAddress.getByAddress(address), prefix, IpFilterRuleType.ACCEPT);
    } catch (NumberFormatException | UnknownHostException e) {
      throw invalid(text, e);
    }
  }

  private static IllegalArgumentException invalid(
      String text, @org.jspecify.annotations.Nullable Exception cause) {
    return new IllegalArgumentException(
        "\"" + text + "\" is no network such as 10.0.0.0/8 or 2001:db8::/32.", cause);
  }
}
