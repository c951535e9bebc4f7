package io.taidon.engine.psql;

import io.taidon.core.state.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;

/**
 * A file that a step reads, as it was when it was hashed.
 *
 * @param path its real path
 * @param size in bytes
 * @param modified when its content last changed
 * @param fileKey device and inode; the path where the file system has none
 * @param role what it is to the step
 * @param digest of a data file its bytes, of a script its expanded content
 * @param own of a data file its bytes, of a script its own text without what it includes
 */
public record InputFile(
    Path path, long size, FileTime modified, Object fileKey, Role role, Digest digest, Digest own) {

  /** What a file is to the step that reads it. */
  public enum Role {
    /** It was named on the command line. */
    SCRIPT,
    INCLUDE,
    DATA
  }

  static InputFile of(
      Path path, BasicFileAttributes attributes, Role role, Digest digest, Digest own) {
    return new InputFile(
        path,
        attributes.size(),
        attributes.lastModifiedTime(),
        Objects.requireNonNullElse(attributes.fileKey(), path),
        role,
        digest,
        own);
  }

  /** Whether the file still is what was hashed, by size, time and inode. */
  boolean isUnchanged() {
    try {
      return of(path, Files.readAttributes(path, BasicFileAttributes.class), role, digest, own)
          .equals(this);
    } catch (IOException e) {
      return false;
    }
  }
}
