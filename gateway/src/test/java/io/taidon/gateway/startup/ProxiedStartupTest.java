package io.taidon.gateway.startup;

import static io.taidon.gateway.wire.Packets.joined;
import static io.taidon.gateway.wire.Packets.startup;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageEncoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import io.taidon.gateway.proxy.TrustedNetworks;
import io.taidon.gateway.wire.Packets;
import io.taidon.gateway.wire.Splits;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers are written by Netty's encoder, and read by us. */
class ProxiedStartupTest {
  private static final StartupSettings BEHIND_PROXIES =
      StartupSettings.plain()
          .withProxies(TrustedNetworks.of(List.of("192.0.2.0/24", "2001:db8::/32")));
  private static final byte[] STARTUP = startup("user", "alice");

  @Test
  void aTrustedProxySaysWhoTheClientIsHoweverItIsCut() {
    byte[] header = header(HAProxyCommand.PROXY, HAProxyProxiedProtocol.TCP4, "203.0.113.9");
    for (List<byte[]> pieces : Splits.of(joined(header, STARTUP))) {
      try (Door door = new Door(BEHIND_PROXIES)) {
        door.receive(pieces);
        assertThat(door.openings()).hasSize(1);
        assertThat(door.openings().getFirst().client())
            .isEqualTo(new InetSocketAddress("203.0.113.9", 5555));
      }
    }
  }

  @Test
  void version6AddressesAndExtensionsAreUnderstood() {
    byte[] header =
        encoded(
            new HAProxyMessage(
                HAProxyProtocolVersion.V2,
                HAProxyCommand.PROXY,
                HAProxyProxiedProtocol.TCP6,
                "2001:db8::5",
                "2001:db8::6",
                5555,
                5432,
                List.of(new HAProxyTLV((byte) 0xEA, Unpooled.wrappedBuffer(new byte[300])))));
    try (Door door = new Door(BEHIND_PROXIES)) {
      door.receive(header).receive(STARTUP);
      assertThat(door.openings().getFirst().client())
          .isEqualTo(new InetSocketAddress("2001:db8::5", 5555));
    }
  }

  @Test
  void aProxySpeaksForItselfInItsHealthChecks() {
    byte[] local =
        encoded(
            new HAProxyMessage(
                HAProxyProtocolVersion.V2,
                HAProxyCommand.LOCAL,
                HAProxyProxiedProtocol.UNKNOWN,
                null,
                null,
                0,
                0));
    try (Door door = new Door(BEHIND_PROXIES)) {
      door.receive(joined(local, STARTUP));
      assertThat(door.openings().getFirst().client()).isEqualTo(Door.CLIENT);
    }
  }

  @Test
  void fromATrustedProxyTheHeaderIsMandatory() {
    try (Door door = new Door(BEHIND_PROXIES)) {
      door.receive(STARTUP);
      assertProxyRefused(door);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROXY TCP4 203.0.113.9 192.0.2.7 5555 5432\r\n",
        "PROXY UNKNOWN\r\n",
        "\r\n\r\nX"
      })
  void version1IsRefused(String line) {
    for (List<byte[]> pieces : Splits.of(line.getBytes(US_ASCII))) {
      try (Door door = new Door(BEHIND_PROXIES)) {
        door.receive(pieces);
        assertProxyRefused(door);
      }
    }
  }

  @Test
  void fromAnybodyElseTheHeaderIsNoise() {
    try (Door door = new Door(BEHIND_PROXIES, new InetSocketAddress("198.51.100.1", 1))) {
      door.receive(header(HAProxyCommand.PROXY, HAProxyProxiedProtocol.TCP4, "203.0.113.9"));
      assertThat(door.endings()).containsExactly(Ending.NOT_POSTGRES);
    }
    try (Door door = new Door(BEHIND_PROXIES, new InetSocketAddress("198.51.100.1", 1))) {
      door.receive(STARTUP);
      assertThat(door.openings()).hasSize(1);
    }
  }

  @Test
  void otherCommandsFamiliesAndLengthsAreRefused() {
    byte[] good = header(HAProxyCommand.PROXY, HAProxyProxiedProtocol.TCP4, "203.0.113.9");
    for (int[] change :
        new int[][] {
          {12, 0x11}, {12, 0x22}, {12, 0x31}, {13, 0x12}, {13, 0x31}, {13, 0x41}, {14, 0x7f}
        }) {
      byte[] wrong = good.clone();
      wrong[change[0]] = (byte) change[1];
      try (Door door = new Door(BEHIND_PROXIES)) {
        door.receive(joined(wrong, STARTUP));
        assertProxyRefused(door);
      }
    }
    byte[] tooShort = good.clone();
    tooShort[15] = 11;
    try (Door door = new Door(BEHIND_PROXIES)) {
      door.receive(tooShort);
      assertProxyRefused(door);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"10.0.0.0/33", "10.0.0/8", "example.com", "::/129", "10.0.0.0/-1", "/8", ""})
  void aNetworkThatIsNoneIsNamed(String text) {
    assertThatThrownBy(() -> TrustedNetworks.of(List.of(text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + text + "\"");
  }

  @Test
  void aSingleAddressIsANetwork() {
    TrustedNetworks one = TrustedNetworks.of(List.of("203.0.113.9", "::1"));
    assertThat(one.contains(new InetSocketAddress("203.0.113.9", 1))).isTrue();
    assertThat(one.contains(new InetSocketAddress("::1", 1))).isTrue();
    assertThat(one.contains(new InetSocketAddress("203.0.113.8", 1))).isFalse();
  }

  private static void assertProxyRefused(Door door) {
    assertThat(door.endings()).containsExactly(Ending.PROXY_HEADER);
    assertThat(door.answers()).isEmpty();
    assertThat(door.isOpen()).isFalse();
  }

  private static byte[] header(
      HAProxyCommand command, HAProxyProxiedProtocol protocol, String source) {
    return encoded(
        new HAProxyMessage(
            HAProxyProtocolVersion.V2, command, protocol, source, "192.0.2.7", 5555, 5432));
  }

  private static byte[] encoded(HAProxyMessage message) {
    EmbeddedChannel encoder = new EmbeddedChannel(HAProxyMessageEncoder.INSTANCE);
    encoder.writeOutbound(message);
    ByteBuf bytes = encoder.readOutbound();
    encoder.finishAndReleaseAll();
    return Packets.bytes(bytes);
  }
}
