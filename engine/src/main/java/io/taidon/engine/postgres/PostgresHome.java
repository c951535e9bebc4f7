package io.taidon.engine.postgres;

import io.taidon.core.state.Digest;
import java.nio.file.Path;

/**
 * An installed or unpacked PostgreSQL server.
 *
 * @param directory holds {@code bin/postgres} and {@code bin/initdb}
 * @param version as {@code postgres --version} says it, for example {@code 17.11}
 * @param binaries digest of the programs, libraries and shared files; the same for the same set
 *     wherever it lies
 * @param origin how it was found
 */
public record PostgresHome(Path directory, String version, Digest binaries, Origin origin) {

  /** How a server was found. */
  public enum Origin {
    /** The user named its directory. */
    CONFIGURED,
    /** The operating system's packages installed it. */
    INSTALLED,
    /** It was unpacked from a set that comes with the product. */
    SHIPPED
  }

  /** The major version, for example 17; also of a beta such as {@code 18beta1}. */
  public int majorVersion() {
    return PostgresVersion.major(version);
  }

  Path program(String name) {
    return directory.resolve("bin").resolve(name);
  }
}
