package io.taidon.gateway.directory;

/** What a token lets its bearer do. */
public enum Access {
  /** Read all data and write none. */
  READ_ONLY,
  /** Whatever the role may do. */
  READ_WRITE
}
