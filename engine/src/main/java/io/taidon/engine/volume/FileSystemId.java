package io.taidon.engine.volume;

import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/** Tells file systems by the UUID in them: blkid(8) and wipefs(8). */
final class FileSystemId {
  private FileSystemId() {}

  /** The id of what is in an image or on a device, past every cache. */
  static Optional<UUID> of(Path source) {
    SystemTools.Result result =
        SystemTools.run("blkid", "-p", "-o", "value", "-s", "UUID", source.toString());
    return result.succeeded() ? parse(result.output()) : Optional.empty();
  }

  /** The device with this id. */
  static Optional<Path> device(UUID id) {
    SystemTools.Result result = SystemTools.run("blkid", "-U", id.toString());
    return result.succeeded() && result.output().startsWith("/")
        ? Optional.of(Path.of(result.output()))
        : Optional.empty();
  }

  /** What is on a device by the signatures of its content; empty when there is none. */
  static Optional<String> content(Path device) {
    SystemTools.Result result =
        SystemTools.run("wipefs", "--no-act", "--noheadings", "-O", "TYPE,UUID", device.toString());
    // What cannot be looked at is not taken for empty.
    String found = result.output();
    return result.succeeded() && found.isEmpty() ? Optional.empty() : Optional.of(found);
  }

  private static Optional<UUID> parse(String text) {
    try {
      return Optional.of(UUID.fromString(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
