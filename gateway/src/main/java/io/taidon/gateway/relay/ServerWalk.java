package io.taidon.gateway.relay;

import io.netty.buffer.ByteBuf;

/** The way of the server's messages to the client. */
final class ServerWalk extends HeaderWalk {
  private static final byte READY_FOR_QUERY = 'Z';
  private static final byte COPY_IN = 'G';
  private static final byte COPY_BOTH = 'W';
  private static final byte ERROR = 'E';

  private final Conversation conversation;
  private boolean statusFollows;

  ServerWalk(Conversation conversation) {
    this.conversation = conversation;
  }

  /** Whether the last word was ReadyForQuery, whole. */
  boolean atReady() {
    return lastType() == READY_FOR_QUERY && atBoundary();
  }

  /** Whether the last word was an error: the server gave its reason itself. */
  boolean endedWithError() {
    return lastType() == ERROR && atBoundary();
  }

  @Override
  void message(byte type, int payloadLength, ByteBuf bytes, int payload, int available) {
    switch (type) {
      case READY_FOR_QUERY -> statusFollows = true;
      case COPY_IN -> conversation.copyInBegan();
      case COPY_BOTH -> conversation.replicationBegan();
      default -> {
        // results, notices and the like say nothing of when the session is free
      }
    }
  }

  @Override
  void payload(ByteBuf bytes, int index, int count) {
    if (statusFollows) {
      statusFollows = false;
      conversation.ready(bytes.getByte(index));
    }
  }
}
