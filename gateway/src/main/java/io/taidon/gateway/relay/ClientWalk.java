package io.taidon.gateway.relay;

import io.netty.buffer.ByteBuf;

/** The way of the client's messages to the server. */
final class ClientWalk extends HeaderWalk {
  private final Conversation conversation;
  private final PoolPings pings = new PoolPings();

  ClientWalk(Conversation conversation) {
    this.conversation = conversation;
  }

  @Override
  void message(byte type, int payloadLength, ByteBuf bytes, int payload, int available) {
    boolean whole = available == payloadLength;
    switch (type) {
      case 'Q' -> {
        conversation.asked();
        useUnless(whole && pings.isQuery(bytes, payload, payloadLength));
      }
      case 'F' -> {
        conversation.asked();
        conversation.used();
      }
      case 'P' -> {
        conversation.extended();
        useUnless(pings.isParse(bytes, payload, whole ? payloadLength : -1));
      }
      case 'B' -> {
        conversation.extended();
        useUnless(whole && pings.isBind(bytes, payload, payloadLength));
      }
      case 'D', 'E', 'C', 'H' -> conversation.extended();
      case 'S' -> conversation.synced();
      case 'd' -> conversation.used();
      case 'c', 'f' -> conversation.copyInEnded();
      case 'X' -> conversation.terminating();
      default -> {
        // the server will say what it thinks of it
      }
    }
  }

  private void useUnless(boolean ping) {
    if (!ping) {
      conversation.used();
    }
  }
}
