package io.taidon.engine.instance;

import io.taidon.core.scram.ScramVerifier;
import io.taidon.engine.postgres.ClusterTemplate;
import io.taidon.engine.postgres.PostgresServer;
import io.taidon.engine.postgres.SimpleQueryConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How the roles of a stopped instance are authenticated, so that each of them can wake it: a file
 * that only the engine's user reads. It is written before the server stops and removed before it
 * starts, so what it says is never out of date; after a crash there is none.
 *
 * <p>A line for each role that may log in with a password: its name in hexadecimal, the end of its
 * password's time in milliseconds since 1970 or {@code -}, and its verifier.
 */
final class RememberedRoles {
  private static final System.Logger LOG = System.getLogger(RememberedRoles.class.getName());

  /** More roles than anybody has; the file stays below a few megabytes. */
  private static final int MOST = 10_000;

  /** Stopping must not wait for a server that hangs. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final String LOGIN_ROLES =
      "SELECT "
          + RoleSql.hexOf("rolname")
          + ", "
          + RoleSql.END_OF_PASSWORD
          + ", rolpassword FROM pg_catalog.pg_authid"
          + " WHERE rolcanlogin AND rolpassword LIKE 'SCRAM-SHA-256$%' LIMIT "
          + MOST;

  private RememberedRoles() {}

  /** Writes the file; without an answer of the server there is none. */
  static void remember(PostgresServer server, Path file) {
    try (SimpleQueryConnection connection =
        SimpleQueryConnection.open(
            server.socket(), ClusterTemplate.SUPERUSER, "postgres", PATIENCE)) {
      List<String> lines = new ArrayList<>();
      for (List<Optional<String>> row : connection.query(LOGIN_ROLES)) {
        lines.add(
            row.get(0).orElse("") + " " + row.get(1).orElse("-") + " " + row.get(2).orElse(""));
      }
      OwnerOnlyFile.write(file, String.join("\n", lines));
    } catch (IOException | UncheckedIOException e) {
      LOG.log(Level.WARNING, "the roles of a server could not be read: {0}", e.getMessage());
    }
  }

  static void forget(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Optional<ScramVerifier> find(Path file, String role, Instant now) {
    String hex = RoleSql.hex(role);
    try {
      return Files.readAllLines(file, StandardCharsets.US_ASCII).stream()
          .map(line -> line.split(" ", 3))
          .filter(parts -> parts.length == 3 && parts[0].equals(hex))
          .filter(parts -> isValid(parts[1], now))
          .findFirst()
          .flatMap(parts -> ScramVerifier.parse(parts[2]));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static boolean isValid(String end, Instant now) {
    return end.equals("-") || Long.parseLong(end) > now.toEpochMilli();
  }
}
