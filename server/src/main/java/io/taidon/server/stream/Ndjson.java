package io.taidon.server.stream;

/** Newline-delimited JSON: one object a line. */
public final class Ndjson {
  public static final String TYPE = "application/x-ndjson";

  private Ndjson() {}
}
