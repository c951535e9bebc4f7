package io.taidon.core.explain;

import java.util.Locale;

/**
 * What a part of an identity is. The order is that in which causes are named: what a user edits
 * before what follows from it.
 */
public enum IngredientKind {
  IMAGE(Shown.PLAIN, Weight.CAUSE),
  SERVER_VERSION(Shown.PLAIN, Weight.CAUSE),
  BINARIES(Shown.PLAIN, Weight.CAUSE),
  INITDB_OPTIONS(Shown.PLAIN, Weight.CAUSE),
  LOCALE_PROVIDER(Shown.PLAIN, Weight.CAUSE),
  LOCALE(Shown.PLAIN, Weight.CAUSE),
  LOCALE_VERSION(Shown.PLAIN, Weight.CAUSE),
  DATA_CHECKSUMS(Shown.PLAIN, Weight.CAUSE),
  BLOCK_SIZE(Shown.PLAIN, Weight.CAUSE),
  SETTINGS(Shown.PLAIN, Weight.CAUSE),

  LIQUIBASE_VERSION(Shown.PLAIN, Weight.CAUSE),
  EXTENSION(Shown.KEYED, Weight.CAUSE),
  PARAMETER(Shown.KEYED, Weight.CAUSE),
  CONTEXTS(Shown.PLAIN, Weight.CAUSE),
  LABELS(Shown.PLAIN, Weight.CAUSE),
  /** A file that a changeset reads besides its changelog. */
  CHANGESET_FILE(Shown.KEYED, Weight.CAUSE),

  /** The script of {@code -f}: its own text, without what it includes. */
  SCRIPT(Shown.KEYED, Weight.CAUSE),
  /** An included script: its own text. */
  INCLUDE(Shown.KEYED, Weight.CAUSE),
  /** A file that {@code \copy} reads. */
  DATA_FILE(Shown.KEYED, Weight.CAUSE),
  /** The text of {@code -c}. */
  COMMAND(Shown.KEYED, Weight.CAUSE),
  /** The text of {@code -f -}. */
  STDIN(Shown.KEYED, Weight.CAUSE),
  VARIABLE(Shown.KEYED, Weight.CAUSE),
  SINGLE_TRANSACTION(Shown.PLAIN, Weight.CAUSE),

  /** Path, id and author of a changeset. */
  CHANGESET(Shown.PLAIN, Weight.FALLBACK),
  /** Liquibase's checksum. */
  CHECKSUM(Shown.KEYED, Weight.FALLBACK),
  SOURCE(Shown.PLAIN, Weight.FALLBACK),
  ABSENT_FILE(Shown.KEYED, Weight.FALLBACK),
  /** Everything that the step says, expanded. */
  CONTENT(Shown.KEYED, Weight.FALLBACK),
  /** What had no room in the record, together. */
  REST(Shown.KEYED, Weight.FALLBACK);

  private enum Shown {
    PLAIN,
    KEYED
  }

  private enum Weight {
    CAUSE,
    FALLBACK
  }

  private final Shown shown;
  private final Weight weight;

  IngredientKind(Shown shown, Weight weight) {
    this.shown = shown;
    this.weight = weight;
  }

  /** Whether the value may be shown; otherwise it is a {@link io.taidon.core.state.KeyedDigest}. */
  public boolean isPlain() {
    return shown == Shown.PLAIN;
  }

  /** Whether a difference in it explains itself, rather than follow from another. */
  boolean isCause() {
    return weight == Weight.CAUSE;
  }

  /** Whether it is a file that a psql step reads, whose name is no part of the identity. */
  boolean isScriptFile() {
    return this == SCRIPT || this == INCLUDE || this == DATA_FILE;
  }

  /** The name in JSON and in records. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
