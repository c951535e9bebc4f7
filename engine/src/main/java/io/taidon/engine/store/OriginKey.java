package io.taidon.engine.store;

import io.taidon.core.state.KeyedDigest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/**
 * The key of a store's {@link KeyedDigest}s, made when it is first needed. Without it nothing is
 * lost but comparisons with older records. Processes make it in turn; one that died while it wrote
 * leaves a file that is no key, which the next one overwrites.
 */
final class OriginKey {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final HexFormat HEX = HexFormat.of();

  private OriginKey() {}

  static KeyedDigest of(StoreLayout layout) {
    Path file = layout.originKey();
    try {
      Optional<byte[]> key = read(file);
      return new KeyedDigest(key.isPresent() ? key.get() : make(layout, file));
    } catch (IOException e) {
      throw StoreFailure.of(file, "read or make the key of comparisons", e);
    }
  }

  private static byte[] make(StoreLayout layout, Path file) throws IOException {
    try (LockFile lock = LockFile.open(layout.originKeyLock());
        LockFile.Held ignored = lock.lockUninterruptibly(0)) {
      Optional<byte[]> theirs = read(file);
      if (theirs.isPresent()) {
        return theirs.get();
      }
      byte[] key = new byte[KeyedDigest.KEY_BYTES];
      RANDOM.nextBytes(key);
      Files.deleteIfExists(file);
      try (var channel =
          Files.newByteChannel(
              file,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        channel.write(StandardCharsets.US_ASCII.encode(HEX.formatHex(key)));
      }
      return key;
    }
  }

  private static Optional<byte[]> read(Path file) throws IOException {
    try {
      byte[] key = HEX.parseHex(Files.readString(file, StandardCharsets.US_ASCII));
      return Optional.of(key).filter(bytes -> bytes.length == KeyedDigest.KEY_BYTES);
    } catch (NoSuchFileException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
