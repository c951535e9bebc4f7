package io.taidon.core.error;

/** The exit codes of {@code sqlrs}, named. {@code run:*} returns the tool's own code instead. */
public final class ExitCode {
  /** Done. */
  public static final int OK = 0;

  /** The engine, a job or the transport failed. */
  public static final int FAILURE = 1;

  /** The command was used wrongly. */
  public static final int USAGE = 2;

  /** A configuration file is corrupt. */
  public static final int CONFIG_CORRUPT = 3;

  /** Safety rules blocked the command, or a workspace could not be created. */
  public static final int BLOCKED = 4;

  /** {@code init} was given invalid flags (EX_USAGE of sysexits.h). */
  public static final int INIT_USAGE = 64;

  private ExitCode() {}
}
