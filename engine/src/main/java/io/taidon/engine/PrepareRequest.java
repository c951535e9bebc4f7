package io.taidon.engine;

import io.taidon.core.plan.StepKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A wish for a state and, unless {@code planOnly}, an instance of it.
 *
 * @param kind what the arguments are for
 * @param args the arguments of psql or Liquibase, as the user wrote them
 * @param workDir the directory that relative paths start from, absolute
 * @param workspace the directory that no path may leave, absolute
 * @param stdin what {@code -f -} reads
 * @param checkpointEvery after how many steps a state is kept; 1 keeps all
 * @param planOnly whether to stop after planning
 * @param postgresHome a PostgreSQL installation to use
 * @param postgresMajor the major version to use, where no home is given
 * @param durable whether the instance syncs to disk as a production server does
 * @param port the TCP port that the instance must have
 * @param name the name to bind to the instance
 * @param namePolicy what to do when the name is bound already
 * @param lifetime how long the instance lives and stays awake
 */
public record PrepareRequest(
    StepKind kind,
    List<String> args,
    Path workDir,
    Path workspace,
    Optional<String> stdin,
    int checkpointEvery,
    boolean planOnly,
    Optional<Path> postgresHome,
    OptionalInt postgresMajor,
    boolean durable,
    OptionalInt port,
    Optional<String> name,
    NamePolicy namePolicy,
    Lifetime lifetime) {

  public PrepareRequest {
    args = List.copyOf(args);
  }

  /** One without wishes for the life of the instance. */
  public PrepareRequest(
      StepKind kind,
      List<String> args,
      Path workDir,
      Path workspace,
      Optional<String> stdin,
      int checkpointEvery,
      boolean planOnly,
      Optional<Path> postgresHome,
      OptionalInt postgresMajor,
      boolean durable,
      OptionalInt port,
      Optional<String> name,
      NamePolicy namePolicy) {
    this(
        kind,
        args,
        workDir,
        workspace,
        stdin,
        checkpointEvery,
        planOnly,
        postgresHome,
        postgresMajor,
        durable,
        port,
        name,
        namePolicy,
        Lifetime.STANDARD);
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
