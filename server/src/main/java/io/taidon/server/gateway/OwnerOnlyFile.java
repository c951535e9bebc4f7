package io.taidon.server.gateway;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A file that only its owner reads, and that is there whole or not at all, also after a crash. */
record OwnerOnlyFile(Path file) {

  /**
   * Replaces the content.
   *
   * @throws TaidonException {@code STORE_UNUSABLE}
   */
  void write(byte[] content) {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      Files.createDirectories(
          file.getParent(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Files.deleteIfExists(temporary);
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        ByteBuffer rest = ByteBuffer.wrap(content);
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
        channel.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw unusable("written", e);
    }
  }

  boolean exists() {
    return Files.exists(file);
  }

  byte[] read() {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw unusable("read", e);
    }
  }

  private TaidonException unusable(String verb, IOException cause) {
    return TaidonException.of(
            ErrorCode.STORE_UNUSABLE, "The file " + file + " cannot be " + verb + ".", cause)
        .with("file", file.toString());
  }
}
