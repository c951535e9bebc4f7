package io.taidon.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A wish for a state and, unless {@code planOnly}, an instance of it.
 *
 * @param psqlArgs the arguments of psql, as the user wrote them
 * @param workDir the directory that relative paths start from, absolute
 * @param workspace the directory that no path may leave, absolute
 * @param stdin what {@code -f -} reads
 * @param planOnly whether to stop after planning
 * @param postgresHome a PostgreSQL installation to use
 * @param postgresMajor the major version to use, where no home is given
 * @param durable whether the instance syncs to disk as a production server does
 * @param port the TCP port that the instance must have
 * @param name the name to bind to the instance
 * @param namePolicy what to do when the name is bound already
 */
public record PrepareRequest(
    List<String> psqlArgs,
    Path workDir,
    Path workspace,
    Optional<String> stdin,
    boolean planOnly,
    Optional<Path> postgresHome,
    OptionalInt postgresMajor,
    boolean durable,
    OptionalInt port,
    Optional<String> name,
    NamePolicy namePolicy) {

  public PrepareRequest {
    psqlArgs = List.copyOf(psqlArgs);
  }

  /** What happens when the wanted name is bound already. */
  public enum NamePolicy {
    /** Fail with {@code name_in_use}. */
    CREATE,
    /** Give the bound instance if it is of the wanted state, else fail with {@code name_in_use}. */
    REUSE,
    /** Make a new instance, bind the name to it, then delete the old one. */
    FRESH,
    /** Give the bound instance if it is of the wanted state, else do as {@link #FRESH}. */
    REUSE_OR_FRESH
  }
}
