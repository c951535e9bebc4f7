package io.taidon.core.state;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;

/**
 * Computes state ids. This package is the only place that hashes: SHA-256 over {@code key=<byte
 * length>:<value>\n} lines in fixed order, the first of which is a schema tag, so that a change of
 * rules can never be taken for the same content. {@code docs/state-identity.md} gives the lines; a
 * golden file pins the results.
 *
 * <p>Thread-safe: all methods are pure.
 */
public final class StateIdentity {
  private static final String ENGINE_SCHEMA = "taidon-engine-v1";
  private static final String PSQL_STEP_SCHEMA = "taidon-psql-step-v1";
  private static final String LIQUIBASE_STEP_SCHEMA = "taidon-liquibase-step-v1";
  private static final String STATE_SCHEMA = "taidon-state-v1";

  private StateIdentity() {}

  /** The id of state 0: a freshly initialised cluster of this engine. */
  public static StateId base(EngineIdentity engine) {
    return new StateId(
        switch (engine) {
          case EngineIdentity.Native n ->
              new Lines(ENGINE_SCHEMA)
                  .line("kind", "native")
                  .line("server_version", n.serverVersion())
                  .line("binaries", n.binaries().hex())
                  .line("initdb", n.initdbOptions())
                  .line("locale_provider", n.localeProvider())
                  .line("locale", n.locale())
                  .line("locale_version", n.localeVersion())
                  .line("data_checksums", n.dataChecksums() ? "on" : "off")
                  .line("block_size", Integer.toString(n.blockSizeBytes()))
                  .line("settings", n.settings().hex())
                  .hex();
          case EngineIdentity.Image i ->
              new Lines(ENGINE_SCHEMA).line("kind", "image").line("digest", i.digest()).hex();
        });
  }

  /** The hash of one psql step, independent of what it is applied to. */
  public static Digest psqlStep(PsqlStepIdentity step) {
    Lines lines =
        new Lines(PSQL_STEP_SCHEMA)
            .line("source", step.source().name().toLowerCase(Locale.ROOT))
            .line("content", step.content().hex())
            .line("single_transaction", step.singleTransaction() ? "on" : "off");
    for (Map.Entry<String, String> variable : step.variables().entrySet()) {
      lines.line("variable", variable.getKey()).line("value", variable.getValue());
    }
    return new Digest(lines.hex());
  }

  /** The hash of one Liquibase changeset, independent of what it is applied to. */
  public static Digest liquibaseStep(LiquibaseStepIdentity step) {
    Lines lines =
        new Lines(LIQUIBASE_STEP_SCHEMA)
            .line("liquibase", step.liquibaseVersion())
            .line("path", step.path())
            .line("id", step.id())
            .line("author", step.author())
            .line("checksum", step.checksum())
            .line("content", step.content().hex())
            .line("contexts", step.contexts())
            .line("labels", step.labels());
    step.files().forEach((path, digest) -> lines.line("file", path).line("digest", digest.hex()));
    step.parameters().forEach((name, value) -> lines.line("parameter", name).line("value", value));
    step.extensions().forEach(jar -> lines.line("extension", jar.hex()));
    return new Digest(lines.hex());
  }

  /** The id of the state that {@code step} makes of {@code parent}. */
  public static StateId after(StateId parent, Digest step) {
    return new StateId(
        new Lines(STATE_SCHEMA).line("parent", parent.hex()).line("step", step.hex()).hex());
  }

  /** The digest of a small piece of text or configuration. */
  public static Digest digest(String text) {
    MessageDigest sha = sha256();
    sha.update(text.getBytes(StandardCharsets.UTF_8));
    return new Digest(HexFormat.of().formatHex(sha.digest()));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The line format of every hash: {@code key=<byte length>:<value>\n}. */
  static final class Lines {
    private final MessageDigest sha = sha256();

    Lines(String schema) {
      line("schema", schema);
    }

    Lines line(String key, String value) {
      byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
      sha.update((key + "=" + bytes.length + ":").getBytes(StandardCharsets.UTF_8));
      sha.update(bytes);
      sha.update((byte) '\n');
      return this;
    }

    String hex() {
      return HexFormat.of().formatHex(sha.digest());
    }
  }
}
