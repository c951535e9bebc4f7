package io.taidon.gateway.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.Locale;
import java.util.Optional;

/**
 * Cuts a stream of typed messages (a byte, a length, a body) into frames, while messages are still
 * ours to read. A message that is not expected, or longer than it may be, is found by its first
 * five bytes and never waited for. Belongs to one event loop; owns the bytes it holds until {@link
 * #takeRest} or {@link #close}.
 */
public final class FrameDecoder implements AutoCloseable {
  private static final int HEADER_BYTES = 5;
  private static final int LENGTH_BYTES = 4;
  private static final Framing NEEDS_MORE = new Framing.NeedsMore();

  private final ByteBufAllocator alloc;
  private ByteBuf held = Unpooled.EMPTY_BUFFER;
  private Optional<Framing.Broken> broken = Optional.empty();

  public FrameDecoder(ByteBufAllocator alloc) {
    this.alloc = alloc;
  }

  /** Takes what arrived, and with it the duty to release it. */
  public void add(ByteBuf bytes) {
    held = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(alloc, held, bytes);
  }

  /** The next message; what may come is asked anew each time, because it depends on the phase. */
  public Framing next(FrameLimits limits) {
    if (broken.isPresent()) {
      return broken.get();
    }
    if (!held.isReadable()) {
      return NEEDS_MORE;
    }
    byte type = held.getByte(held.readerIndex());
    int most = limits.most(type);
    if (most < 0) {
      return breakOff("A message of type %s is not expected here.".formatted(name(type)));
    }
    if (held.readableBytes() < HEADER_BYTES) {
      return NEEDS_MORE;
    }
    // Not yet a subtraction: a negative length is a great one.
    long length = held.getUnsignedInt(held.readerIndex() + 1);
    if (length < LENGTH_BYTES || length - LENGTH_BYTES > most) {
      return breakOff("A message of type %s has an invalid length.".formatted(name(type)));
    }
    if (held.readableBytes() < 1 + length) {
      return NEEDS_MORE;
    }
    held.skipBytes(HEADER_BYTES);
    return new Framing.Frame(type, held.readRetainedSlice((int) length - LENGTH_BYTES));
  }

  /** How many bytes are held. */
  public int heldBytes() {
    return held.readableBytes();
  }

  /** Everything that was not read, in order; the caller owns it. */
  public ByteBuf takeRest() {
    ByteBuf rest = held;
    held = Unpooled.EMPTY_BUFFER;
    return rest;
  }

  /** Releases what is held. Idempotent. */
  @Override
  public void close() {
    takeRest().release();
  }

  private Framing breakOff(String sentence) {
    Framing.Broken found = new Framing.Broken(Fault.fatal(SqlState.PROTOCOL_VIOLATION, sentence));
    broken = Optional.of(found);
    return found;
  }

  private static String name(byte type) {
    return type > ' ' && type <= '~'
        ? "'" + (char) type + "'"
        : "0x%02x".formatted(type & 0xff).toLowerCase(Locale.ROOT);
  }
}
