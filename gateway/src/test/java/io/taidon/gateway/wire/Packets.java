package io.taidon.gateway.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Packets as clients write them, made by hand so that no encoder of ours is its own witness. */
public final class Packets {
  private Packets() {}

  /** An untyped packet with a true length. */
  public static byte[] untyped(int code, byte[] body) {
    return ByteBuffer.allocate(8 + body.length)
        .putInt(8 + body.length)
        .putInt(code)
        .put(body)
        .array();
  }

  /** A StartupMessage of any version; names and values alternate. */
  public static byte[] startup(int version, String... namesAndValues) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (String text : namesAndValues) {
      body.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
      body.write(0);
    }
    body.write(0);
    return untyped(version, body.toByteArray());
  }

  public static byte[] startup(String... namesAndValues) {
    return startup(3 << 16, namesAndValues);
  }

  public static byte[] sslRequest() {
    return untyped(1234 << 16 | 5679, new byte[0]);
  }

  public static byte[] gssencRequest() {
    return untyped(1234 << 16 | 5680, new byte[0]);
  }

  public static byte[] cancel(int pid, byte[] key) {
    return untyped(
        1234 << 16 | 5678, ByteBuffer.allocate(4 + key.length).putInt(pid).put(key).array());
  }

  public static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** One character a byte. */
  public static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** The bytes of a message, which is released. */
  public static byte[] bytes(ByteBuf message) {
    try {
      return ByteBufUtil.getBytes(message);
    } finally {
      message.release();
    }
  }

  /** An allocator that says at the end whether everything was given back. */
  public static UnpooledByteBufAllocator countingAllocator() {
    return new UnpooledByteBufAllocator(true, true);
  }

  /** What was allocated and not given back. */
  public static long lost(UnpooledByteBufAllocator alloc) {
    return alloc.metric().usedDirectMemory() + alloc.metric().usedHeapMemory();
  }
}
