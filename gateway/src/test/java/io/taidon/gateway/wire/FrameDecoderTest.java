package io.taidon.gateway.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameDecoderTest {
  private static final FrameLimits PASSWORD = FrameLimits.only('p', 10);

  private final UnpooledByteBufAllocator alloc = Packets.countingAllocator();

  @AfterEach
  void nothingIsLost() {
    assertThat(Packets.lost(alloc)).isZero();
  }

  @Test
  void framesComeOutWholeHoweverTheyAreCut() {
    byte[] stream = Packets.joined(frame('p', "one"), frame('p', ""), frame('p', "0123456789"));
    for (List<byte[]> pieces : Splits.of(stream)) {
      try (FrameDecoder decoder = new FrameDecoder(alloc)) {
        List<String> bodies = new ArrayList<>();
        for (byte[] piece : pieces) {
          decoder.add(alloc.buffer().writeBytes(piece));
          while (decoder.next(PASSWORD) instanceof Framing.Frame frame) {
            bodies.add(new String(Packets.bytes(frame.body()), US_ASCII));
          }
        }
        assertThat(bodies).containsExactly("one", "", "0123456789");
      }
    }
  }

  @Test
  void theRestComesOutInOrderHoweverItIsCut() {
    byte[] later = frame('Q', "select 1");
    for (List<byte[]> pieces : Splits.of(Packets.joined(frame('p', "pw"), later))) {
      try (FrameDecoder decoder = new FrameDecoder(alloc)) {
        for (byte[] piece : pieces) {
          decoder.add(alloc.buffer().writeBytes(piece));
        }
        assertThat(decoder.next(PASSWORD))
            .isInstanceOfSatisfying(
                Framing.Frame.class, frame -> assertThat(Packets.bytes(frame.body())).hasSize(2));
        assertThat(decoder.heldBytes()).isEqualTo(later.length);
        assertThat(Packets.bytes(decoder.takeRest())).isEqualTo(later);
        assertThat(decoder.next(PASSWORD)).isInstanceOf(Framing.NeedsMore.class);
      }
    }
  }

  @Test
  void aTypeThatIsNotExpectedIsFoundByItsFirstByte() {
    try (FrameDecoder decoder = new FrameDecoder(alloc)) {
      decoder.add(alloc.buffer().writeByte('Q'));
      assertBroken(decoder, "A message of type 'Q' is not expected here.");
    }
  }

  @Test
  void aLengthThatCannotBeIsFoundByTheHeader() {
    for (int length : new int[] {3, 0, -1, Integer.MIN_VALUE, 15, Integer.MAX_VALUE}) {
      try (FrameDecoder decoder = new FrameDecoder(alloc)) {
        decoder.add(alloc.buffer().writeByte('p').writeInt(length));
        assertBroken(decoder, "A message of type 'p' has an invalid length.");
        decoder.add(alloc.buffer().writeBytes(frame('p', "good again")));
        assertBroken(decoder, "A message of type 'p' has an invalid length.");
      }
    }
  }

  @Test
  void theLongestMessageFits() {
    try (FrameDecoder decoder = new FrameDecoder(alloc)) {
      decoder.add(alloc.buffer().writeByte('p').writeInt(14));
      assertThat(decoder.next(PASSWORD)).isInstanceOf(Framing.NeedsMore.class);
    }
  }

  private static void assertBroken(FrameDecoder decoder, String message) {
    assertThat(decoder.next(PASSWORD))
        .isEqualTo(new Framing.Broken(Fault.fatal(SqlState.PROTOCOL_VIOLATION, message)));
  }

  private static byte[] frame(char type, String body) {
    return ByteBuffer.allocate(5 + body.length())
        .put((byte) type)
        .putInt(4 + body.length())
        .put(body.getBytes(US_ASCII))
        .array();
  }
}
