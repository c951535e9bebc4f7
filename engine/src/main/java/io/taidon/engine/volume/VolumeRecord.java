package io.taidon.engine.volume;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;

/**
 * What a store's root is to be: {@code <store>.volume.json} beside the root, where it is also seen
 * when nothing is mounted. The volume carries the same id in {@code volume.id}, so an empty mount
 * point, or another file system there, is never taken for the store.
 *
 * @param source the image or device; the root itself for a directory
 * @param fileSystem empty for a directory
 * @param id the file system's UUID
 * @param sizeBytes of the image; 0 for what has a size of its own
 * @param ready false while it is being made: after a crash the next {@code init} goes on
 */
record VolumeRecord(
    VolumeKind kind,
    Path source,
    Optional<VolumeFileSystem> fileSystem,
    UUID id,
    long sizeBytes,
    boolean ready) {
  private static final String FORM = "taidon-volume-v1";
  private static final String MARKER = "volume.id";
  private static final int MAX_BYTES = 64 * 1024;
  private static final ObjectMapper JSON = new ObjectMapper();

  static Path file(Path root) {
    return beside(root, ".volume.json");
  }

  static Path lock(Path root) {
    return beside(root, ".volume.lock");
  }

  static Path defaultImage(Path root) {
    return beside(root, ".img");
  }

  private static Path beside(Path root, String suffix) {
    return root.resolveSibling(root.getFileName() + suffix);
  }

  VolumeRecord madeReady() {
    return new VolumeRecord(kind, source, fileSystem, id, sizeBytes, true);
  }

  /** Whether the volume is at the root now. */
  boolean isAt(Path root) {
    Path marker = root.resolve(MARKER);
    try {
      return Files.isRegularFile(marker, LinkOption.NOFOLLOW_LINKS)
          && Files.size(marker) < 100
          && Files.readString(marker, StandardCharsets.US_ASCII).strip().equals(id.toString());
    } catch (IOException e) {
      return false;
    }
  }

  void mark(Path root) {
    try {
      writeSynced(root.resolve(MARKER), (id + "\n").getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw unusable("The volume of the store " + root + " cannot be written", e);
    }
  }

  /**
   * The record of a store; empty where there is none.
   *
   * @throws TaidonException STORE_UNUSABLE where it cannot be read
   */
  static Optional<VolumeRecord> read(Path root) {
    Path file = file(root);
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new IOException("larger than " + MAX_BYTES + " bytes");
      }
      return Optional.of(of(JSON.readTree(Files.readAllBytes(file))));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      throw unusable("The record of the store's volume " + file + " cannot be read", e);
    }
  }

  private static VolumeRecord of(JsonNode json) throws IOException {
    if (!FORM.equals(json.path("form").asText())) {
      throw new IOException("not of the form " + FORM);
    }
    String fileSystem = json.path("file_system").asText();
    VolumeKind kind =
        VolumeKind.ofWireName(json.path("kind").asText())
            .orElseThrow(() -> new IOException("no such kind"));
    if (kind != VolumeKind.DIR && VolumeFileSystem.ofWireName(fileSystem).isEmpty()) {
      throw new IOException("no such file system");
    }
    return new VolumeRecord(
        kind,
        Path.of(json.path("source").asText()),
        VolumeFileSystem.ofWireName(fileSystem),
        UUID.fromString(json.path("id").asText()),
        json.path("size_bytes").asLong(),
        json.path("ready").asBoolean());
  }

  /** Writes the record at once and onto the medium. */
  void write(Path root) {
    Path file = file(root);
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      byte[] bytes =
          JSON.writerWithDefaultPrettyPrinter()
              .writeValueAsBytes(
                  JSON.createObjectNode()
                      .put("form", FORM)
                      .put("kind", kind.wireName())
                      .put("source", source.toString())
                      .put("file_system", fileSystem.map(VolumeFileSystem::wireName).orElse(""))
                      .put("id", id.toString())
                      .put("size_bytes", sizeBytes)
                      .put("ready", ready));
      writeSynced(temporary, bytes);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw unusable("The record of the store's volume " + file + " cannot be written", e);
    }
  }

  private static void writeSynced(Path file, byte[] bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  private static TaidonException unusable(String sentence, Exception e) {
    return TaidonException.of(ErrorCode.STORE_UNUSABLE, sentence + ": " + e.getMessage() + ".", e);
  }
}
