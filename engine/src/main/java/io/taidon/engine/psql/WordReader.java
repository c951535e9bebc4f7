package io.taidon.engine.psql;

import org.jspecify.annotations.Nullable;

/** Reads unquoted words of SQL. Not thread-safe. */
final class WordReader {
  private final ScriptSource source;
  private final byte[] lowerCase = new byte[SqlWord.MAX_BYTES];

  WordReader(ScriptSource source) {
    this.source = source;
  }

  /**
   * Consumes a word; null is one that does not matter.
   *
   * @param withDollar whether a dollar sign can be part of it, as it can in an identifier
   */
  @Nullable SqlWord read(boolean withDollar) {
    int length = 0;
    int c = source.peek(0);
    while (ByteText.isVariableCharacter(c) || (withDollar && c == '$')) {
      if (length < SqlWord.MAX_BYTES) {
        lowerCase[length] = (byte) (c >= 'A' && c <= 'Z' ? c + 32 : c);
      }
      length++;
      source.advance(1);
      c = source.peek(0);
    }
    return length <= SqlWord.MAX_BYTES ? SqlWord.of(lowerCase, length) : null;
  }
}
