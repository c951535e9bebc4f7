package io.taidon.gateway.log;

import java.util.Locale;

/**
 * What a log line may hold. There is no key for the startup packet's options, for a database, for
 * application names or for anything else that a client may put a secret into.
 */
public enum LogKey {
  /** A number of the session, for lines that belong together. */
  SESSION,
  /** The client's address and port. */
  CLIENT,
  /** The id of an instance, as the directory has it. */
  INSTANCE,
  /** The role at the door, of a client that authenticated. */
  ROLE,
  /** Whether the client's leg is encrypted. */
  TLS,
  /** How something ended: a constant of an enumeration. */
  OUTCOME,
  /** A constant of an enumeration that says why. */
  REASON,
  /** A SQLSTATE. */
  STATE,
  /** The name of the key that signed a token. */
  KID,
  /** The first 8 hexadecimal digits of a token's SHA-256. */
  TOKEN,
  /** A code of {@link io.taidon.core.error.ErrorCode}. */
  CODE,
  /** A sentence of ours. */
  SENTENCE,
  /** How long it took, in milliseconds. */
  MILLIS,
  /** Bytes that the client sent. */
  BYTES_IN,
  /** Bytes that the client got. */
  BYTES_OUT,
  /** How many. */
  COUNT,
  /** How many lines of this event came too fast, since the last one, and were left out. */
  LEFT_OUT,
  /** A port of ours. */
  PORT,
  /** A file of ours. */
  FILE,
  /** When something ends. */
  UNTIL;

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
