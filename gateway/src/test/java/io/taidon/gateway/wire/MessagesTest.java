package io.taidon.gateway.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Against bytes written down by hand from the documentation's "Message Formats". */
class MessagesTest {
  private static final HexFormat HEX = HexFormat.of();

  @Test
  void serverMessagesAreAsDocumented() {
    assertThat(hex(Messages::authenticationOk)).isEqualTo("520000000800000000");
    assertThat(hex(Messages::authenticationCleartextPassword)).isEqualTo("520000000800000003");
    assertThat(hex(a -> Messages.authenticationSasl(a, List.of("AB", "C"))))
        .isEqualTo("520000000e0000000a" + "414200" + "4300" + "00");
    assertThat(hex(a -> Messages.authenticationSaslContinue(a, new byte[] {1, 2})))
        .isEqualTo("520000000a0000000b0102");
    assertThat(hex(a -> Messages.authenticationSaslFinal(a, new byte[] {1})))
        .isEqualTo("52000000090000000c01");
    assertThat(hex(a -> Messages.parameterStatus(a, "k", "v"))).isEqualTo("53000000086b007600");
    assertThat(hex(a -> Messages.backendKeyData(a, 7, new byte[] {1, 2, 3, 4})))
        .isEqualTo("4b0000000c0000000701020304");
    assertThat(hex(a -> Messages.readyForQuery(a, (byte) 'I'))).isEqualTo("5a0000000549");
    assertThat(hex(a -> Messages.negotiateProtocolVersion(a, 2, List.of("_pq_.x"))))
        .isEqualTo("76000000130003000200000001" + "5f70715f2e7800");
  }

  @Test
  void frontendMessagesAreAsDocumented() {
    List<Parameter> parameters = List.of(new Parameter("user", "é"));
    assertThat(hex(a -> Messages.startup(a, ProtocolVersion.V3_2, parameters)))
        .isEqualTo("0000001000030002" + "7573657200" + "e900" + "00");
    assertThat(hex(Messages::sslRequest)).isEqualTo("0000000804d2162f");
    assertThat(hex(a -> Messages.cancelRequest(a, 1, new byte[] {9, 8, 7, 6})))
        .isEqualTo("0000001004d2162e0000000109080706");
    assertThat(hex(a -> Messages.saslInitialResponse(a, "AB", new byte[] {5})))
        .isEqualTo("700000000c414200" + "0000000105");
    assertThat(hex(a -> Messages.saslResponse(a, new byte[] {5}))).isEqualTo("700000000505");
    assertThat(hex(Messages::terminate)).isEqualTo("5800000004");
  }

  @Test
  void anErrorAlwaysHasSeverityCodeAndMessage() {
    Fault fault = Fault.fatal(SqlState.CANNOT_CONNECT_NOW, "wait").withDetail("d").withHint("h");
    assertThat(text(a -> Messages.error(a, fault)).substring(5))
        .isEqualTo("SFATAL\0VFATAL\0C57P03\0Mwait\0Dd\0Hh\0\0");
    assertThat(
            text(a -> Messages.notice(a, SqlState.SUCCESSFUL_COMPLETION, "up", Optional.empty()))
                .substring(5))
        .isEqualTo("SNOTICE\0VNOTICE\0C00000\0Mup\0\0");
  }

  @Test
  void noTextBreaksTheFraming() {
    Fault zero = Fault.fatal(SqlState.INTERNAL_ERROR, "a\0b");
    assertThat(text(a -> Messages.error(a, zero))).contains("Ma b\0");
    Fault endless = Fault.fatal(SqlState.INTERNAL_ERROR, "\uD83D\uDE00".repeat(100_000));
    assertThat(bytes(a -> Messages.error(a, endless))).hasSizeLessThan(30_000);
    assertThat(text(a -> Messages.error(a, endless))).doesNotContain("?");
    assertThatThrownBy(() -> new Parameter("a\0", "b"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Parameter("", "b")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> hex(a -> Messages.authenticationSasl(a, List.of("\u20ac"))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void cancelKeysHaveFourTo256Bytes() {
    assertThat(bytes(a -> Messages.backendKeyData(a, 1, new byte[256]))).hasSize(265);
    for (int wrong : new int[] {0, 3, 257}) {
      assertThatThrownBy(() -> hex(a -> Messages.backendKeyData(a, 1, new byte[wrong])))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> hex(a -> Messages.cancelRequest(a, 1, new byte[wrong])))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static String hex(Function<UnpooledByteBufAllocator, ByteBuf> message) {
    return HEX.formatHex(bytes(message));
  }

  private static String text(Function<UnpooledByteBufAllocator, ByteBuf> message) {
    return new String(bytes(message), UTF_8);
  }

  private static byte[] bytes(Function<UnpooledByteBufAllocator, ByteBuf> message) {
    UnpooledByteBufAllocator alloc = Packets.countingAllocator();
    try {
      return Packets.bytes(message.apply(alloc));
    } finally {
      assertThat(Packets.lost(alloc)).isZero();
    }
  }
}
