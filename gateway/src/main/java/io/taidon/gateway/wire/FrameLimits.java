package io.taidon.gateway.wire;

/** Which messages may come now, and how long they may be. */
@FunctionalInterface
public interface FrameLimits {
  /** The answer of {@link #most} for a type that may not come. */
  int NOT_NOW = -1;

  /** The greatest number of bytes after the length, or {@link #NOT_NOW}. */
  int most(byte type);

  /** One type only. */
  static FrameLimits only(char type, int most) {
    return asked -> asked == (byte) type ? most : NOT_NOW;
  }
}
