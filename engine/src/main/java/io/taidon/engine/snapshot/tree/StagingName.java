package io.taidon.engine.snapshot.tree;

import io.taidon.engine.snapshot.linux.Names;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/** The names of things that are being made or removed: {@code .tmp-} and 16 random hex digits. */
public final class StagingName {
  public static final String PREFIX = ".tmp-";

  private static final byte[] PREFIX_BYTES = PREFIX.getBytes(StandardCharsets.US_ASCII);

  private StagingName() {}

  public static String next() {
    return "%s%016x".formatted(PREFIX, ThreadLocalRandom.current().nextLong());
  }

  public static byte[] nextBytes() {
    return Names.bytes(next());
  }

  public static boolean matches(byte[] name) {
    return name.length > PREFIX_BYTES.length
        && Arrays.equals(name, 0, PREFIX_BYTES.length, PREFIX_BYTES, 0, PREFIX_BYTES.length);
  }
}
