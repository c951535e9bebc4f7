package io.taidon.engine.psql;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.psql.PsqlMessages.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Applies a step to a database with the real psql.
 *
 * <p>Thread-safe.
 *
 * @param psql the program
 */
public record PsqlRunner(Path psql) {
  private static final int EXIT_CONNECTION_LOST = 2;
  private static final int FIRST_SIGNAL = 128;

  /**
   * Runs one step to its end. Blocks; an interrupt kills psql.
   *
   * @param workDir psql's working directory
   * @param output gets each line as it is written, from two threads but never at the same time
   * @throws TaidonException SCRIPT_FAILED with the details {@code file}, {@code line}, {@code
   *     sqlstate} and {@code message} as far as they are known; POSTGRES_FAILED if the server went
   *     away; CANCELLED after an interrupt
   */
  public void run(PsqlStep step, Target target, Path workDir, Consumer<OutputLine> output) {
    Consumer<OutputLine> ordered = oneAtATime(output);
    PsqlMessages messages =
        new PsqlMessages(text -> ordered.accept(new OutputLine(OutputLine.Stream.STDERR, text)));
    int code =
        ClientProcess.run(
            command(step),
            target,
            workDir,
            step.stdin(),
            in ->
                LineSplitter.split(
                    in, text -> ordered.accept(new OutputLine(OutputLine.Stream.STDOUT, text))),
            in -> LineSplitter.split(in, messages::line));
    if (code != 0) {
      throw failure(code, step, workDir, messages);
    }
  }

  private static Consumer<OutputLine> oneAtATime(Consumer<OutputLine> output) {
    Object lock = new Object();
    return line -> {
      synchronized (lock) {
        output.accept(line);
      }
    };
  }

  private List<String> command(PsqlStep step) {
    PsqlArguments arguments = step.arguments();
    List<String> command = new ArrayList<>(List.of(psql.toString(), "-X", "-w"));
    command.addAll(arguments.passThrough());
    arguments
        .variables()
        .forEach((name, value) -> command.addAll(List.of("-v", name + "=" + value)));
    command.addAll(List.of("-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=verbose"));
    if (arguments.singleTransaction()) {
      command.add("-1");
    }
    command.addAll(
        switch (step.source()) {
          case PsqlInput.Script script -> List.of("-f", script.path());
          case PsqlInput.Command sql -> List.of("-c", sql.text());
          case PsqlInput.Stdin stdin -> List.of("-f", "-");
        });
    return command;
  }

  private static TaidonException failure(
      int code, PsqlStep step, Path workDir, PsqlMessages messages) {
    if (code > FIRST_SIGNAL) {
      return TaidonException.of(
              ErrorCode.SCRIPT_FAILED,
              "psql was killed by signal "
                  + (code - FIRST_SIGNAL)
                  + " while it ran "
                  + step.source().label()
                  + ".")
          .with("step", step.source().label());
    }
    if (code == EXIT_CONNECTION_LOST) {
      return serverLost(step, workDir, messages);
    }
    return messages
        .last()
        .map(problem -> scriptFailed(problem, step, workDir))
        .orElseGet(() -> unexplained(code, step, messages));
  }

  private static TaidonException serverLost(PsqlStep step, Path workDir, PsqlMessages messages) {
    Optional<Problem> problem = messages.lastOfServer().or(messages::last);
    String reason = problem.map(Problem::text).orElse(messages.lastLine());
    String place = problem.map(p -> place(p, step, workDir)).orElse(step.source().label());
    TaidonException failure =
        TaidonException.of(
            ErrorCode.POSTGRES_FAILED,
            place + ": psql has no connection to the PostgreSQL server: " + sentence(reason));
    return problem.map(p -> withDetails(failure, p, step, workDir)).orElse(failure);
  }

  private static TaidonException scriptFailed(Problem problem, PsqlStep step, Path workDir) {
    String state = problem.sqlState().isEmpty() ? "" : " (SQLSTATE " + problem.sqlState() + ")";
    return withDetails(
        TaidonException.of(
            ErrorCode.SCRIPT_FAILED, place(problem, step, workDir) + ": " + problem.text() + state),
        problem,
        step,
        workDir);
  }

  private static TaidonException unexplained(int code, PsqlStep step, PsqlMessages messages) {
    String said = messages.lastLine().isEmpty() ? "" : ": " + messages.lastLine();
    return TaidonException.of(
            ErrorCode.SCRIPT_FAILED,
            step.source().label() + ": psql ended with exit code " + code + said)
        .with("message", messages.lastLine());
  }

  private static TaidonException withDetails(
      TaidonException failure, Problem problem, PsqlStep step, Path workDir) {
    TaidonException detailed = failure;
    if (problem.line() > 0) {
      detailed =
          detailed
              .with("file", fileName(problem, step, workDir))
              .with("line", Long.toString(problem.line()));
    }
    if (!problem.sqlState().isEmpty()) {
      detailed = detailed.with("sqlstate", problem.sqlState());
    }
    return detailed.with("message", problem.text());
  }

  private static String place(Problem problem, PsqlStep step, Path workDir) {
    return problem.line() > 0
        ? fileName(problem, step, workDir) + ":" + problem.line()
        : step.source().label();
  }

  /** psql names a file as it opened it; people want it relative to the workspace. */
  private static String fileName(Problem problem, PsqlStep step, Path workDir) {
    if (problem.file().equals("<stdin>")) {
      return step.source().placeName();
    }
    Path opened = workDir.resolve(problem.file()).normalize();
    Optional<Path> known =
        step.files().stream()
            .map(InputFile::path)
            .filter(path -> path.equals(opened) || sameFile(path, opened))
            .findFirst()
            // After \cd psql's names start elsewhere.
            .or(() ->
                step.files().stream()
                    .map(InputFile::path)
                    .filter(path -> path.endsWith(problem.file()))
                    .findFirst());
    return known.map(step.workspace()::placeName).orElse(problem.file());
  }

  private static boolean sameFile(Path path, Path opened) {
    try {
      return opened.toRealPath().equals(path);
    } catch (java.io.IOException e) {
      return false;
    }
  }

  private static String sentence(String text) {
    return text.endsWith(".") ? text : text + ".";
  }
}
