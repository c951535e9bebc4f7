package io.taidon.gateway.wire;

/**
 * The error codes that the gateway itself sends, named as in the appendix "PostgreSQL Error Codes"
 * of PostgreSQL's documentation.
 */
public enum SqlState {
  SUCCESSFUL_COMPLETION("00000"),
  /** A backend could not be reached, and nothing was sent to it. */
  SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION("08001"),
  SQLSERVER_REJECTED_ESTABLISHMENT_OF_SQLCONNECTION("08004"),
  /** The backend was lost while it was in use. */
  CONNECTION_FAILURE("08006"),
  PROTOCOL_VIOLATION("08P01"),
  FEATURE_NOT_SUPPORTED("0A000"),
  INVALID_PARAMETER_VALUE("22023"),
  /** TLS is required, or who or where the client is may not come in. */
  INVALID_AUTHORIZATION_SPECIFICATION("28000"),
  /** A wrong password or token, and an unknown instance or role: they must look the same. */
  INVALID_PASSWORD("28P01"),
  /** Only for those who have authenticated. */
  UNDEFINED_DATABASE("3D000"),
  TOO_MANY_CONNECTIONS("53300"),
  CONFIGURATION_LIMIT_EXCEEDED("53400"),
  QUERY_CANCELED("57014"),
  ADMIN_SHUTDOWN("57P01"),
  /** It starts, or did not start in time: clients with several hosts try the next one. */
  CANNOT_CONNECT_NOW("57P03"),
  IDLE_SESSION_TIMEOUT("57P05"),
  INTERNAL_ERROR("XX000");

  private final String code;

  SqlState(String code) {
    this.code = code;
  }

  /** The five characters that are sent. */
  public String code() {
    return code;
  }
}
