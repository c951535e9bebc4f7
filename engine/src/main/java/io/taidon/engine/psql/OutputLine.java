package io.taidon.engine.psql;

/**
 * A line that a client program wrote.
 *
 * @param stream where to
 * @param text without its line break; a very long line is cut and ends in "…"
 */
public record OutputLine(Stream stream, String text) {

  /** One of a process's output streams. */
  public enum Stream {
    STDOUT,
    STDERR
  }
}
