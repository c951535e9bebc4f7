package io.taidon.gateway.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Damage to bytes that were well formed. */
final class Mutations {
  private static final byte[] TELLING = {
    0, 1, 3, 4, 7, 8, 0x15, 0x16, 0x7f, (byte) 0x80, (byte) 0xff
  };

  private Mutations() {}

  static byte[] damage(RandomGenerator random, byte[] good) {
    byte[] bytes = good.clone();
    for (int times = 1 + random.nextInt(4); times > 0; times--) {
      bytes = once(random, bytes);
    }
    return bytes;
  }

  private static byte[] once(RandomGenerator random, byte[] bytes) {
    if (bytes.length == 0) {
      return new byte[] {(byte) random.nextInt()};
    }
    // Headers are in front, so that is where most of it happens.
    int at = random.nextInt(random.nextBoolean() ? Math.min(bytes.length, 24) : bytes.length);
    int until = at + 1 + random.nextInt(Math.min(bytes.length - at, 16));
    byte[] changed = bytes.clone();
    switch (random.nextInt(7)) {
      case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> changed[at] = TELLING[random.nextInt(TELLING.length)];
      case 2 -> changed[at] = (byte) random.nextInt();
      case 3 -> changed = Arrays.copyOf(bytes, at);
      case 4 -> changed = joined(Arrays.copyOf(bytes, at), rest(bytes, until));
      case 5 -> changed = joined(Arrays.copyOf(bytes, until), rest(bytes, at));
      default -> {
        byte[] noise = new byte[1 + random.nextInt(8)];
        random.nextBytes(noise);
        changed = joined(joined(Arrays.copyOf(bytes, at), noise), rest(bytes, at));
      }
    }
    return changed;
  }

  /** Cuts a stream as a network might: at once, in few pieces, or in many. */
  static List<byte[]> pieces(RandomGenerator random, byte[] stream) {
    int most =
        switch (random.nextInt(3)) {
          case 0 -> Integer.MAX_VALUE;
          case 1 -> Math.max(1, stream.length / 2);
          default -> Math.max(1, stream.length / 64);
        };
    List<byte[]> pieces = new ArrayList<>();
    for (int at = 0; at < stream.length; ) {
      int length =
          Math.min(stream.length - at, most == Integer.MAX_VALUE ? most : 1 + random.nextInt(most));
      pieces.add(Arrays.copyOfRange(stream, at, at + length));
      at += length;
    }
    return pieces;
  }

  private static byte[] rest(byte[] bytes, int from) {
    return Arrays.copyOfRange(bytes, from, bytes.length);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }
}
