package io.taidon.engine.postgres;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which PostgreSQL server is wanted.
 *
 * @param home a directory with {@code bin/postgres} and {@code bin/initdb}; it wins over everything
 * @param majorVersion the wanted major version; without one, that of the configured home or {@link
 *     #DEFAULT_MAJOR_VERSION}
 */
public record PostgresSelection(Optional<Path> home, OptionalInt majorVersion) {
  public static final int DEFAULT_MAJOR_VERSION = 17;

  /** Any server of the default major version. */
  public static PostgresSelection defaults() {
    return new PostgresSelection(Optional.empty(), OptionalInt.empty());
  }

  public static PostgresSelection ofMajor(int majorVersion) {
    return new PostgresSelection(Optional.empty(), OptionalInt.of(majorVersion));
  }

  public static PostgresSelection ofHome(Path home) {
    return new PostgresSelection(Optional.of(home), OptionalInt.empty());
  }
}
