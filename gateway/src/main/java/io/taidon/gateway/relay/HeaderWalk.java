package io.taidon.gateway.relay;

import io.netty.buffer.ByteBuf;

/**
 * Follows one direction of a session from message to message: a type byte and a length (PostgreSQL
 * documentation, "Message Formats"). Payloads are stepped over, not read and not copied. Not
 * thread-safe: belongs to one event loop.
 */
abstract class HeaderWalk {
  private static final int HEADER_BYTES = 5;

  /** The server's own limit for a message (PQ_LARGE_MESSAGE_LIMIT), with room for its header. */
  private static final int LARGEST_LENGTH = 0x40000000;

  private int payloadLeft;
  private int headerSeen;
  private byte type;
  private int length;
  private boolean broken;

  /** Steps through the readable bytes; they are left as they are. */
  final void over(ByteBuf bytes) {
    int index = bytes.readerIndex();
    int end = bytes.writerIndex();
    while (index < end && !broken) {
      if (payloadLeft > 0) {
        int part = Math.min(payloadLeft, end - index);
        payload(bytes, index, part);
        payloadLeft -= part;
        index += part;
      } else if (headerSeen == 0 && end - index >= HEADER_BYTES) {
        type = bytes.getByte(index);
        length = bytes.getInt(index + 1);
        index += HEADER_BYTES;
        begin(bytes, index, end - index);
      } else {
        header(bytes.getByte(index++));
        if (headerSeen == HEADER_BYTES) {
          headerSeen = 0;
          begin(bytes, index, end - index);
        }
      }
    }
  }

  /** Whether the last byte seen was the last of a message, or none was seen yet. */
  final boolean atBoundary() {
    return payloadLeft == 0 && headerSeen == 0 && !broken;
  }

  /** Whether a length made no sense. What follows is not walked. */
  final boolean isBroken() {
    return broken;
  }

  /** The type of the last message that began; 0 before the first. */
  final byte lastType() {
    return type;
  }

  /**
   * A message begins.
   *
   * @param payload where its payload starts in the bytes
   * @param available how much of the payload is there; the rest comes later, or never
   */
  abstract void message(byte type, int payloadLength, ByteBuf bytes, int payload, int available);

  /** A part of a payload passes; called at least once for each message that has one. */
  void payload(ByteBuf bytes, int index, int count) {}

  private void header(byte next) {
    if (headerSeen == 0) {
      type = next;
      length = 0;
    } else {
      length = length << 8 | next & 0xff;
    }
    headerSeen++;
  }

  private void begin(ByteBuf bytes, int payload, int readable) {
    if (length < 4 || length > LARGEST_LENGTH) {
      broken = true;
      return;
    }
    payloadLeft = length - 4;
    message(type, payloadLeft, bytes, payload, Math.min(payloadLeft, readable));
  }
}
