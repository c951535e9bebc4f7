package io.taidon.gateway.backend;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/**
 * BackendKeyData as the server gave it.
 *
 * @param pid the server process
 * @param key a secret; empty if the server gave none, and then nothing can be cancelled
 */
public record ProcessKey(int pid, byte[] key) {
  static final ProcessKey NONE = new ProcessKey(0, new byte[0]);

  static ProcessKey read(ByteBuf body) {
    return body.readableBytes() < 8
        ? NONE
        : new ProcessKey(body.readInt(), ByteBufUtil.getBytes(body));
  }

  /** Whether the server gave one. */
  public boolean isGiven() {
    return key.length > 0;
  }

  @Override
  public String toString() {
    return "ProcessKey[" + pid + "]";
  }
}
