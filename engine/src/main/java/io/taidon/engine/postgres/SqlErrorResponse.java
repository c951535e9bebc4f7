package io.taidon.engine.postgres;

import java.io.IOException;

/** A server's ErrorResponse: what it said, and the SQLSTATE by which programs tell it apart. */
public final class SqlErrorResponse extends IOException {
  private static final long serialVersionUID = 1L;

  private final String sqlState;

  SqlErrorResponse(String sqlState, String message) {
    super(message);
    this.sqlState = sqlState;
  }

  /** Five characters, see the PostgreSQL documentation, appendix A. */
  public String sqlState() {
    return sqlState;
  }
}
