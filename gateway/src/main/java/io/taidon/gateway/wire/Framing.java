package io.taidon.gateway.wire;

import io.netty.buffer.ByteBuf;

/** What {@link FrameDecoder#next} finds. */
public sealed interface Framing {
  /**
   * A whole message.
   *
   * @param body what follows the length; the receiver releases it
   */
  record Frame(byte type, ByteBuf body) implements Framing {}

  /** The bytes that are there are a beginning, and a legitimate one. */
  record NeedsMore() implements Framing {}

  /** The stream cannot be read any further. */
  record Broken(Fault fault) implements Framing {}
}
