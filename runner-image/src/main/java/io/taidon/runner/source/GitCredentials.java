package io.taidon.runner.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a repository asks for, from the files of a Secret.
 *
 * @param identity a private key for SSH
 * @param knownHosts the keys of SSH servers, as OpenSSH writes them
 */
record GitCredentials(
    Optional<String> username,
    Optional<String> password,
    Optional<Path> identity,
    Optional<Path> knownHosts) {
  private static final int MAX_BYTES = 1 << 16;

  static GitCredentials read(Path directory) throws IOException {
    return new GitCredentials(
        text(directory.resolve("username")),
        text(directory.resolve("password")),
        file(directory.resolve("identity")),
        file(directory.resolve("known_hosts")));
  }

  private static Optional<Path> file(Path file) {
    return Optional.of(file).filter(Files::isRegularFile);
  }

  private static Optional<String> text(Path file) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
      return Optional.empty();
    }
    return Optional.of(Files.readString(file).stripTrailing());
  }

  @Override
  public String toString() {
    return "GitCredentials";
  }
}
