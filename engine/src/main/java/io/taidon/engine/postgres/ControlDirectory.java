package io.taidon.engine.postgres;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.UUID;

/**
 * What we keep beside a running server, outside its data directory so that SQL cannot change it:
 * the rules of who may connect, the log, and the directory of its socket.
 */
final class ControlDirectory {
  /** The size of {@code sun_path} less its final zero, on Linux; macOS has four bytes less. */
  private static final int MAX_SOCKET_PATH_BYTES = 103;

  private static final int LONGEST_SOCKET_NAME = "/.s.PGSQL.65535".length();
  private static final String SHORT_PREFIX = "taidon-";
  private static final String SOCKETS = "socket";
  private static final String SHORT_SOCKETS_RECORD = "socket-dir";
  private static final int SHOWN_BYTES = 8192;

  /**
   * The socket's directory lets nobody in but the account of the server (and root), so whoever
   * reaches the socket is trusted.
   */
  private static final String SOCKET_RULE = "local all all trust\n";

  private static final String TCP_RULE = "host all all 127.0.0.1/32 scram-sha-256\n";

  private final Path directory;

  ControlDirectory(Path directory) {
    this.directory = directory.toAbsolutePath();
  }

  Path rules() {
    return directory.resolve("pg_hba.conf");
  }

  Path identities() {
    return directory.resolve("pg_ident.conf");
  }

  Path log() {
    return directory.resolve("postgres.log");
  }

  /** Writes the rules and makes the socket's directory, which it returns. */
  Path prepare(OsUser osUser, boolean tcp) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(rules(), tcp ? SOCKET_RULE + TCP_RULE : SOCKET_RULE);
    Files.writeString(identities(), "");
    Files.setPosixFilePermissions(rules(), PosixFilePermissions.fromString("rw-r--r--"));
    Files.setPosixFilePermissions(identities(), PosixFilePermissions.fromString("rw-r--r--"));
    osUser.requireReach(rules());
    removeSockets();
    Path sockets =
        isShortEnough(directory.resolve(SOCKETS)) ? directory.resolve(SOCKETS) : shortDirectory();
    Files.createDirectory(
        sockets,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    osUser.own(sockets);
    return sockets;
  }

  /** Removes the socket's directory, also that of an earlier process of ours. */
  void removeSockets() throws IOException {
    removeSocketDirectory(directory.resolve(SOCKETS));
    Optional<Path> elsewhere = recordedShortDirectory();
    if (elsewhere.isPresent()) {
      removeSocketDirectory(elsewhere.get());
    }
    Files.deleteIfExists(directory.resolve(SHORT_SOCKETS_RECORD));
  }

  long logSize() {
    try {
      return Files.size(log());
    } catch (IOException e) {
      return 0;
    }
  }

  /** The last part of the log, from a position on. */
  String logSince(long position) {
    try (SeekableByteChannel channel = Files.newByteChannel(log())) {
      channel.position(Math.max(position, channel.size() - SHOWN_BYTES));
      ByteBuffer buffer = ByteBuffer.allocate(SHOWN_BYTES);
      while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
        // Until the end.
      }
      return StandardCharsets.UTF_8.decode(buffer.flip()).toString();
    } catch (IOException e) {
      return "";
    }
  }

  private static boolean isShortEnough(Path sockets) {
    return sockets.toString().getBytes(StandardCharsets.UTF_8).length + LONGEST_SOCKET_NAME
        <= MAX_SOCKET_PATH_BYTES;
  }

  /** Chooses and records a short directory before it is made, so that a crash leaves no stray. */
  private Path shortDirectory() throws IOException {
    String name = SHORT_PREFIX + UUID.randomUUID();
    Path temporary = Path.of(System.getProperty("java.io.tmpdir", "/tmp")).toAbsolutePath();
    Path sockets = temporary.resolve(name);
    if (!isShortEnough(sockets)) {
      sockets = Path.of("/tmp", name);
    }
    Files.writeString(directory.resolve(SHORT_SOCKETS_RECORD), sockets.toString());
    return sockets;
  }

  private Optional<Path> recordedShortDirectory() {
    try {
      Path recorded = Path.of(Files.readString(directory.resolve(SHORT_SOCKETS_RECORD)).strip());
      return Optional.of(recorded)
          .filter(path -> String.valueOf(path.getFileName()).startsWith(SHORT_PREFIX));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Removes only what a server puts there. */
  private static void removeSocketDirectory(Path sockets) throws IOException {
    if (!Files.isDirectory(sockets, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(sockets, ".s.PGSQL.*")) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(sockets);
  }

  /** A failure of ours to write here. */
  TaidonException unusable(IOException cause) {
    return TaidonException.of(
            ErrorCode.STORE_UNUSABLE,
            "The files of a PostgreSQL server could not be written to " + directory + ".",
            cause)
        .with("cause", String.valueOf(cause.getMessage()));
  }
}
