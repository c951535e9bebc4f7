package io.taidon.core.state;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Hashes raw bytes as they are read: a data file, a binary set. Not thread-safe. */
public final class FileHasher {
  private final MessageDigest sha = StateIdentity.sha256();

  public FileHasher update(byte[] bytes, int offset, int length) {
    sha.update(bytes, offset, length);
    return this;
  }

  public FileHasher update(ByteBuffer bytes) {
    sha.update(bytes);
    return this;
  }

  /** The digest of all bytes so far. The hasher starts again from nothing. */
  public Digest finish() {
    return new Digest(HexFormat.of().formatHex(sha.digest()));
  }
}
