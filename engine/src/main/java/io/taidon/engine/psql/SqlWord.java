package io.taidon.engine.psql;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The unquoted words of SQL that matter here. Everything else is skipped. */
enum SqlWord {
  COPY(Kind.SYNTAX),
  FROM(Kind.SYNTAX),
  STDIN(Kind.SYNTAX),
  STDOUT(Kind.SYNTAX),
  PROGRAM(Kind.SYNTAX),
  SET(Kind.SYNTAX),
  STANDARD_CONFORMING_STRINGS(Kind.SYNTAX),
  ON(Kind.SYNTAX),
  OFF(Kind.SYNTAX),
  DO(Kind.SYNTAX),
  CURRENT_TIMESTAMP(Kind.VALUE),
  CURRENT_DATE(Kind.VALUE),
  CURRENT_TIME(Kind.VALUE),
  LOCALTIME(Kind.VALUE),
  LOCALTIMESTAMP(Kind.VALUE),
  NOW(Kind.FUNCTION),
  CLOCK_TIMESTAMP(Kind.FUNCTION),
  STATEMENT_TIMESTAMP(Kind.FUNCTION),
  TRANSACTION_TIMESTAMP(Kind.FUNCTION),
  TIMEOFDAY(Kind.FUNCTION),
  RANDOM(Kind.FUNCTION),
  RANDOM_NORMAL(Kind.FUNCTION),
  GEN_RANDOM_UUID(Kind.FUNCTION),
  GEN_RANDOM_BYTES(Kind.FUNCTION),
  GEN_SALT(Kind.FUNCTION),
  UUID_GENERATE_V1(Kind.FUNCTION),
  UUID_GENERATE_V1MC(Kind.FUNCTION),
  UUID_GENERATE_V4(Kind.FUNCTION),
  UUIDV4(Kind.FUNCTION),
  UUIDV7(Kind.FUNCTION),
  PG_BACKEND_PID(Kind.FUNCTION),
  TXID_CURRENT(Kind.FUNCTION),
  TXID_CURRENT_IF_ASSIGNED(Kind.FUNCTION),
  TXID_CURRENT_SNAPSHOT(Kind.FUNCTION),
  PG_CURRENT_XACT_ID(Kind.FUNCTION),
  PG_CURRENT_SNAPSHOT(Kind.FUNCTION),
  PG_CURRENT_WAL_LSN(Kind.FUNCTION),
  PG_POSTMASTER_START_TIME(Kind.FUNCTION),
  PG_CONF_LOAD_TIME(Kind.FUNCTION),
  INET_SERVER_ADDR(Kind.FUNCTION),
  INET_SERVER_PORT(Kind.FUNCTION),
  INET_CLIENT_ADDR(Kind.FUNCTION),
  INET_CLIENT_PORT(Kind.FUNCTION),
  DBLINK(Kind.OUTSIDE),
  DBLINK_CONNECT(Kind.OUTSIDE),
  DBLINK_EXEC(Kind.OUTSIDE),
  PG_READ_FILE(Kind.OUTSIDE),
  PG_READ_BINARY_FILE(Kind.OUTSIDE),
  PG_LS_DIR(Kind.OUTSIDE),
  PG_STAT_FILE(Kind.OUTSIDE),
  LO_IMPORT(Kind.OUTSIDE);

  enum Kind {
    SYNTAX,
    /** Another value each time, written without parentheses. */
    VALUE,
    /** Another value each time, when it is called. */
    FUNCTION,
    /** Reads what is outside the workspace, when it is called. */
    OUTSIDE
  }

  /** No word is longer. */
  static final int MAX_BYTES = 32;

  private static final SqlWord[] WORDS = values();
  private static final int TABLE_SIZE = 512;
  private static final @Nullable SqlWord[] TABLE = new SqlWord[TABLE_SIZE];

  static {
    for (SqlWord word : WORDS) {
      int slot = slot(word.spelling, word.spelling.length);
      while (TABLE[slot] != null) {
        slot = (slot + 1) % TABLE_SIZE;
      }
      TABLE[slot] = word;
    }
  }

  private final Kind kind;

  @SuppressWarnings("ImmutableEnumChecker") // never written to
  private final byte[] spelling;

  SqlWord(Kind kind) {
    this.kind = kind;
    this.spelling = toString().getBytes(StandardCharsets.US_ASCII);
  }

  Kind kind() {
    return kind;
  }

  /** As SQL writes it, in lower case. */
  @Override
  public final String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** The word spelled by the first {@code length} bytes, which are in lower case. */
  static @Nullable SqlWord of(byte[] lowerCase, int length) {
    int slot = slot(lowerCase, length);
    for (SqlWord word = TABLE[slot]; word != null; word = TABLE[slot]) {
      if (word.spelling.length == length
          && java.util.Arrays.equals(word.spelling, 0, length, lowerCase, 0, length)) {
        return word;
      }
      slot = (slot + 1) % TABLE_SIZE;
    }
    return null;
  }

  private static int slot(byte[] bytes, int length) {
    int hash = length;
    for (int i = 0; i < length; i++) {
      hash = hash * 31 + bytes[i];
    }
    return (hash & 0x7fffffff) % TABLE_SIZE;
  }
}
