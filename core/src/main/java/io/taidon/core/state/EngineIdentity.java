package io.taidon.core.state;

/** What a PostgreSQL engine is, as far as it changes the bytes or the behaviour of a state. */
public sealed interface EngineIdentity {

  /**
   * A native server.
   *
   * @param serverVersion as {@code postgres --version} says it, for example {@code 17.11}
   * @param binaries digest of the binary set
   * @param initdbOptions the options of {@code initdb} that change the cluster, in fixed order
   * @param localeProvider {@code builtin}, {@code icu} or {@code libc}
   * @param locale the cluster's locale, for example {@code C.UTF-8}
   * @param localeVersion the provider's version of that locale; empty where the provider has none
   * @param dataChecksums whether pages carry checksums
   * @param blockSizeBytes the page size
   * @param settings digest of the settings written into the new cluster's {@code postgresql.conf}
   */
  record Native(
      String serverVersion,
      Digest binaries,
      String initdbOptions,
      String localeProvider,
      String locale,
      String localeVersion,
      boolean dataChecksums,
      int blockSizeBytes,
      Digest settings)
      implements EngineIdentity {

    /** The major version, for example 17. */
    public int majorVersion() {
      int dot = serverVersion.indexOf('.');
      return Integer.parseInt(dot < 0 ? serverVersion : serverVersion.substring(0, dot));
    }
  }

  /**
   * A container image.
   *
   * @param digest the resolved image digest, {@code sha256:...}
   */
  record Image(String digest) implements EngineIdentity {}
}
