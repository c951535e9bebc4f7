package io.taidon.engine.psql;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;

/**
 * Where something stands.
 *
 * @param file as messages name it
 * @param line from 1
 */
record Place(String file, long line) {

  @Override
  public String toString() {
    return file + ":" + line;
  }

  /** A failure at this place. */
  TaidonException failure(ErrorCode code, String what) {
    return TaidonException.of(code, this + ": " + what + ".")
        .with("file", file)
        .with("line", Long.toString(line));
  }
}
