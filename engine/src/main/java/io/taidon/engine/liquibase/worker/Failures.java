package io.taidon.engine.liquibase.worker;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import liquibase.changelog.ChangeSet;

/** Turns what Liquibase throws into failures that users can read. */
final class Failures {
  private static final int MAX_SENTENCE = 500;
  private static final int MAX_STATEMENT = 2000;
  private static final Pattern NOT_FOUND =
      Pattern.compile(
          "The file '?(\\S+?)'? was not found|Could not find directory or directory was empty for includeAll '(\\S+?)'");
  private static final Pattern FAILED_SQL =
      Pattern.compile("\\[Failed SQL: (?:\\(\\d+\\) )?(.*)]", Pattern.DOTALL);

  private Failures() {}

  /** The deepest message that says something, as one bounded line. */
  static String sentence(Throwable e) {
    String best = e.getClass().getSimpleName();
    for (Throwable t = e; t != null; t = t.getCause()) {
      String message = t.getMessage();
      if (message != null && !message.isBlank()) {
        best = message;
      }
    }
    String line = best.replaceAll("\\s+", " ").strip();
    String bounded = line.length() > MAX_SENTENCE ? line.substring(0, MAX_SENTENCE) + "..." : line;
    return bounded.endsWith(".") ? bounded : bounded + ".";
  }

  /** What went wrong while {@code changelog} was read. */
  static TaidonException reading(String changelog, WorkspaceResources resources, Throwable e) {
    Optional<TaidonException> refused = resources.failure().or(() -> refusal(e));
    if (refused.isPresent()) {
      return refused.get();
    }
    Matcher missing = NOT_FOUND.matcher(messages(e));
    if (missing.find()) {
      String file = missing.group(1) != null ? missing.group(1) : missing.group(2);
      return TaidonException.of(
              ErrorCode.FILE_NOT_FOUND,
              file + " does not exist, and " + changelog + " or what it includes needs it.")
          .with("file", file)
          .with("changelog", changelog);
    }
    if (messages(e).contains("ClassNotFoundException")) {
      return customClass(changelog);
    }
    return TaidonException.of(
            ErrorCode.INVALID_SCRIPT, changelog + " cannot be read: " + sentence(e))
        .with("changelog", changelog);
  }

  static TaidonException customClass(String place) {
    return TaidonException.of(
            ErrorCode.INVALID_SCRIPT,
            place + " uses a custom class, which is Java code that Taidon was not given.")
        .with("changeset", place)
        .remedy("Give the jar with --extension-jar FILE; its content becomes part of the id.");
  }

  /** What went wrong while a changeset ran. */
  static TaidonException running(ChangeSet changeSet, Throwable e) {
    String place = changeSet.toString(false);
    Optional<SQLException> sql = cause(e, SQLException.class);
    String state = sql.flatMap(s -> Optional.ofNullable(s.getSQLState())).orElse("");
    String said = sql.map(Failures::serverMessage).orElseGet(() -> sentence(e));
    boolean lost = state.startsWith("08") || state.startsWith("57P");
    TaidonException failure =
        TaidonException.of(
                lost ? ErrorCode.POSTGRES_FAILED : ErrorCode.SCRIPT_FAILED,
                place + ": " + said + (state.isEmpty() ? "" : " (SQLSTATE " + state + ")"))
            .with("file", changeSet.getFilePath())
            .with("changeset", changeSet.getId())
            .with("author", String.valueOf(changeSet.getAuthor()));
    if (!state.isEmpty()) {
      failure = failure.with("sqlstate", state);
    }
    Optional<String> statement = statement(e);
    if (statement.isPresent()) {
      failure = failure.with("statement", statement.get());
    }
    return failure.with("message", said);
  }

  /** The server's own words, without the driver's prefix and what follows in further lines. */
  private static String serverMessage(SQLException e) {
    String first = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return first.replaceFirst("^(ERROR|FATAL|PANIC): ", "").strip();
  }

  private static Optional<String> statement(Throwable e) {
    Matcher matcher = FAILED_SQL.matcher(messages(e));
    if (!matcher.find()) {
      return Optional.empty();
    }
    String statement = matcher.group(1).lines().findFirst().isPresent() ? matcher.group(1) : "";
    int end = statement.indexOf("]\n");
    String one = end >= 0 ? statement.substring(0, end) : statement;
    return Optional.of(
        one.length() > MAX_STATEMENT ? one.substring(0, MAX_STATEMENT) + "..." : one);
  }

  static Optional<TaidonException> refusal(Throwable e) {
    return cause(e, TaidonException.class);
  }

  private static <T extends Throwable> Optional<T> cause(Throwable e, Class<T> type) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return Optional.of(type.cast(t));
      }
    }
    return Optional.empty();
  }

  private static String messages(Throwable e) {
    StringBuilder all = new StringBuilder();
    for (Throwable t = e; t != null; t = t.getCause()) {
      all.append(t).append('\n');
    }
    return all.toString();
  }
}
