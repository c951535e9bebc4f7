package io.taidon.server.life;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * {@code engine.json}: how clients find a server that serves, and its token. Only its owner can
 * read it; it appears whole or not at all.
 */
final class EngineFile {
  private static final FileAttribute<?> OWNER_ONLY_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<?> OWNER_ONLY_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path directory;
  private final Path file;
  private final ServerIdentity identity;
  private final ObjectMapper json = new ObjectMapper();

  EngineFile(Path runDirectory, ServerIdentity identity) {
    this.directory = runDirectory;
    this.file = runDirectory.resolve("engine.json");
    this.identity = identity;
  }

  /**
   * Says that this server answers at {@code endpoint}.
   *
   * @throws TaidonException {@code store_unusable}
   */
  void write(String endpoint) {
    ObjectNode content =
        json.createObjectNode()
            .put("endpoint", endpoint)
            .put("pid", identity.pid())
            .put("authToken", identity.token())
            .put("version", identity.version())
            .put("instanceId", identity.instanceId())
            .put("startedAt", identity.startedAt().toString());
    Path temporary = file.resolveSibling("engine.json." + identity.instanceId());
    try {
      createDirectory(directory);
      writeOwnerOnly(temporary, json.writeValueAsBytes(content));
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw TaidonException.of(ErrorCode.STORE_UNUSABLE, "The server cannot write " + file + ".", e)
          .with("file", file.toString());
    }
  }

  /** Removes the file if it is still this server's; what cannot be removed stays. */
  boolean remove() {
    try {
      String owner = json.readTree(Files.readAllBytes(file)).path("instanceId").asText();
      return owner.equals(identity.instanceId()) && Files.deleteIfExists(file);
    } catch (IOException e) {
      return false;
    }
  }

  private static void createDirectory(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory, OWNER_ONLY_DIRECTORY);
    }
  }

  private static void writeOwnerOnly(Path target, byte[] content) throws IOException {
    Files.deleteIfExists(target);
    try (FileChannel channel =
        FileChannel.open(
            target,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            OWNER_ONLY_FILE)) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
    }
  }
}
