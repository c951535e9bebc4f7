package io.taidon.core.error;

/**
 * The closed set of failures that users can cause or meet. The wire code is stable: clients match
 * on it, messages may change.
 *
 * <p>Each code carries the exit code of the command line and the status of the HTTP API, so that no
 * caller decides that a second time. {@code docs/errors.md} has a row for each; a test keeps the
 * two together.
 */
public enum ErrorCode {
  /** An argument, option or request field is missing, malformed, contradictory or not allowed. */
  INVALID_ARGUMENT("invalid_argument", ExitCode.USAGE, 400),
  /** A connection option was given to a command that chooses the connection itself. */
  CONNECTION_OPTION_REFUSED("connection_option_refused", ExitCode.USAGE, 400),
  /** An id prefix matches more than one thing. */
  AMBIGUOUS_REFERENCE("ambiguous_reference", ExitCode.USAGE, 409),
  /** Nothing has this id, name or path. */
  NOT_FOUND("not_found", ExitCode.FAILURE, 404),
  /** The bearer token is missing or wrong. */
  UNAUTHORIZED("unauthorized", ExitCode.FAILURE, 401),
  /** The request comes from a place that may not ask, such as a page of another site. */
  FORBIDDEN("forbidden", ExitCode.FAILURE, 403),
  /** The request's body is larger than the limit. */
  REQUEST_TOO_LARGE("request_too_large", ExitCode.FAILURE, 413),
  /** The request contradicts what is there now. */
  CONFLICT("conflict", ExitCode.FAILURE, 409),
  /** The name is bound to another instance. */
  NAME_IN_USE("name_in_use", ExitCode.FAILURE, 409),
  /** Deletion is blocked by a connection, a descendant or a running task. */
  DELETION_BLOCKED("deletion_blocked", ExitCode.BLOCKED, 409),

  /** A script, or a file that a script includes or copies from, does not exist. */
  FILE_NOT_FOUND("file_not_found", ExitCode.FAILURE, 422),
  /** A git repository, archive, ConfigMap or claim with scripts cannot be had. */
  SOURCE_UNAVAILABLE("source_unavailable", ExitCode.FAILURE, 422),
  /** A file exists and cannot be read. */
  FILE_UNREADABLE("file_unreadable", ExitCode.FAILURE, 422),
  /** A file lies outside the workspace, also by way of a symbolic link. */
  PATH_OUTSIDE_WORKSPACE("path_outside_workspace", ExitCode.FAILURE, 422),
  /** A script includes itself, directly or through others. */
  INCLUDE_CYCLE("include_cycle", ExitCode.FAILURE, 422),
  /** A script is not text, or uses what a prepare cannot allow. */
  INVALID_SCRIPT("invalid_script", ExitCode.FAILURE, 422),
  /** The scripts together are larger than the limit. */
  SCRIPT_TOO_LARGE("script_too_large", ExitCode.FAILURE, 413),
  /**
   * A file changed between planning and the end of its step, so the result would have the wrong id.
   */
  INPUT_CHANGED("input_changed", ExitCode.FAILURE, 409),
  /** A script failed in psql or in the server. */
  SCRIPT_FAILED("script_failed", ExitCode.FAILURE, 422),

  /** No PostgreSQL server binaries of the wanted version. */
  POSTGRES_NOT_FOUND("postgres_not_found", ExitCode.FAILURE, 424),
  /** No usable {@code psql}, or another client tool, on this machine. */
  CLIENT_TOOL_NOT_FOUND("client_tool_not_found", ExitCode.FAILURE, 424),
  /** A PostgreSQL server did not start, or stopped by itself. */
  POSTGRES_FAILED("postgres_failed", ExitCode.FAILURE, 500),
  /** The TCP port is taken. */
  PORT_IN_USE("port_in_use", ExitCode.FAILURE, 409),

  /** The cache is at its limit, and what could go is held. */
  CACHE_FULL_UNRECLAIMABLE("cache_full_unreclaimable", ExitCode.FAILURE, 507),
  /** The cache's limit is smaller than what is to be kept. */
  CACHE_LIMIT_TOO_SMALL("cache_limit_too_small", ExitCode.FAILURE, 507),
  /** What the cache takes, or what is left, cannot be found out. */
  CACHE_ENFORCEMENT_UNAVAILABLE("cache_enforcement_unavailable", ExitCode.FAILURE, 500),
  /** The store's file system has no space left. */
  DISK_FULL("disk_full", ExitCode.FAILURE, 507),
  /**
   * The store cannot be used: not writable, not reachable for the database's user, or in use in a
   * wrong way.
   */
  STORE_UNUSABLE("store_unusable", ExitCode.FAILURE, 500),
  /** The snapshot backend that was asked for does not work in this store. */
  BACKEND_UNAVAILABLE("backend_unavailable", ExitCode.FAILURE, 422),
  /** A state is not what was sealed: something in it was changed from outside. */
  STATE_DAMAGED("state_damaged", ExitCode.FAILURE, 500),
  /** A snapshot operation failed. */
  SNAPSHOT_FAILED("snapshot_failed", ExitCode.FAILURE, 500),

  /** A workspace or global configuration file cannot be read. */
  CONFIG_CORRUPT("config_corrupt", ExitCode.CONFIG_CORRUPT, 422),
  /** The job was cancelled. */
  CANCELLED("cancelled", ExitCode.FAILURE, 409),
  /** The local server did not start or does not answer. */
  SERVER_UNAVAILABLE("server_unavailable", ExitCode.FAILURE, 503),
  /** A defect of ours. */
  INTERNAL_ERROR("internal_error", ExitCode.FAILURE, 500);

  private final String wireCode;
  private final int exitCode;
  private final int httpStatus;

  ErrorCode(String wireCode, int exitCode, int httpStatus) {
    this.wireCode = wireCode;
    this.exitCode = exitCode;
    this.httpStatus = httpStatus;
  }

  /** The stable code in JSON bodies and events, in snake case. */
  public String wireCode() {
    return wireCode;
  }

  /** What the command line exits with. */
  public int exitCode() {
    return exitCode;
  }

  /** What the HTTP API answers with. */
  public int httpStatus() {
    return httpStatus;
  }
}
