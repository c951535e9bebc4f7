package io.taidon.cli;

/**
 * What {@code sqlrs} exits with. {@code run:*} exits with the tool's own code instead.
 *
 * <p>The numbers are a public contract and the same as the engine's own list.
 */
public final class ExitCodes {
  public static final int OK = 0;

  /** The engine, a job or the transport failed. */
  public static final int FAILURE = 1;

  /** The command was used wrongly. */
  public static final int USAGE = 2;

  /** A configuration file is corrupt. */
  public static final int CONFIG_CORRUPT = 3;

  /** Safety rules blocked the command, or a workspace could not be written. */
  public static final int BLOCKED = 4;

  /** {@code init} was given invalid flags (EX_USAGE of sysexits.h). */
  public static final int INIT_USAGE = 64;

  /** Ended by Ctrl-C, as shells count it: 128 + SIGINT. */
  public static final int INTERRUPTED = 130;

  private ExitCodes() {}

  /** The exit code of an error code of the Engine API. */
  public static int ofErrorCode(String code) {
    return switch (code) {
      case "invalid_argument", "connection_option_refused", "ambiguous_reference" -> USAGE;
      case "config_corrupt" -> CONFIG_CORRUPT;
      case "deletion_blocked" -> BLOCKED;
      default -> FAILURE;
    };
  }
}
