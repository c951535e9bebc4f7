package io.taidon.gateway.network;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * A range of IP addresses, such as {@code 10.0.0.0/8} or {@code 2001:db8::/32} (RFC 4632, RFC
 * 4291). An address alone is a range of one.
 */
public final class CidrBlock {
  private final String text;
  private final IpSubnetFilterRule rule;

  private CidrBlock(String text, IpSubnetFilterRule rule) {
    this.text = text;
    this.rule = rule;
  }

  /** Reads a range; empty if it is none. Never asks a name server. */
  public static Optional<CidrBlock> parse(String text) {
    int slash = text.indexOf('/');
    byte[] bytes =
        NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
    if (bytes == null) {
      return Optional.empty();
    }
    try {
      InetAddress address = InetAddress.getByAddress(bytes);
      int most = address.getAddress().length * 8;
      int prefix = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
      if (prefix < 0 || prefix > most || text.indexOf('+') >= 0) {
        return Optional.empty();
      }
      return Optional.of(
          new CidrBlock(text, new IpSubnetFilterRule(address, prefix, IpFilterRuleType.ACCEPT)));
    } catch (UnknownHostException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  public boolean contains(InetAddress address) {
    return rule.matches(new InetSocketAddress(address, 0));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CidrBlock that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** As it was written. */
  @Override
  public String toString() {
    return text;
  }
}
