package io.taidon.engine.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.fault.FaultPoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A small JSON file that holds what a registry row holds, so that the registry can be rebuilt. It
 * is never seen half-written: it gets its name by a rename.
 *
 * <p>One whose subject is not yet on the medium is not synced either: after a crash of the machine
 * neither would be trusted.
 */
final class Sidecar {
  /** The field with the form's name and version; a reader skips what it does not know. */
  static final String FORM_FIELD = "form";

  static final int MAX_BYTES = 1024 * 1024;
  private static final int MAX_DEPTH = 16;
  private static final String TEMPORARY_PREFIX = ".sidecar-";

  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxNestingDepth(MAX_DEPTH)
                      .maxStringLength(MAX_BYTES)
                      .maxNumberLength(32)
                      .maxDocumentLength(MAX_BYTES)
                      .build())
              .build());

  private Sidecar() {}

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  static String text(JsonNode json) {
    try {
      return JSON.writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON can always be written", e);
    }
  }

  static JsonNode parse(String text) throws JsonProcessingException {
    return JSON.readTree(text);
  }

  /** Writes the file under its name at once. */
  static void write(Path file, ObjectNode content, boolean sync) {
    Path temporary = stage(file, content, sync);
    try {
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw StoreFailure.of(file, "write", e);
    }
  }

  /** Writes the content beside the file; the caller renames or deletes it. */
  static Path stage(Path file, ObjectNode content, boolean sync) {
    try {
      byte[] bytes = JSON.writeValueAsBytes(content);
      if (bytes.length > MAX_BYTES) {
        throw TaidonException.of(
            ErrorCode.INVALID_ARGUMENT,
            "The description of " + file.getFileName() + " is larger than 1 MiB.");
      }
      Path temporary = file.resolveSibling(TEMPORARY_PREFIX + RandomHex.next());
      writeNew(temporary, bytes, sync);
      FaultPoint.SIDECAR_STAGED.reached();
      return temporary;
    } catch (IOException e) {
      throw StoreFailure.of(file, "write", e);
    }
  }

  /** Whether a file of this name is a leftover of a write that never ended. */
  static boolean isTemporary(Path file) {
    return file.getFileName().toString().startsWith(TEMPORARY_PREFIX);
  }

  /**
   * Reads a file of this form.
   *
   * @throws IOException where it cannot be read, is no regular file, is too large, is not JSON or
   *     has another form
   */
  static JsonNode read(Path file, String form) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("not a regular file");
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    }
    if (bytes.length > MAX_BYTES) {
      throw new IOException("larger than " + MAX_BYTES + " bytes");
    }
    JsonNode json = JSON.readTree(bytes);
    if (!form.equals(json.path(FORM_FIELD).asText())) {
      throw new IOException("not of the form " + form);
    }
    return json;
  }

  private static void writeNew(Path file, byte[] bytes, boolean sync) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      if (sync) {
        channel.force(true);
      }
    } catch (IOException e) {
      Files.deleteIfExists(file);
      throw e;
    }
  }
}
