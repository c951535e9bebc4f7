package io.taidon.gateway.wire;

/** How bad a message is; the names are what is sent. */
public enum Severity {
  /** The connection ends with it. */
  FATAL,
  ERROR,
  WARNING,
  NOTICE
}
