package io.taidon.engine.psql;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Follows one SQL statement after the other, as far as three questions go: does it read inline COPY
 * data, does it change how strings are quoted, and may it give another result each time. Not
 * thread-safe.
 */
final class StatementTracker {
  private final BooleanSupplier runs;
  private final ObjLongConsumer<String> findings;
  private final Set<SqlWord> reported = EnumSet.noneOf(SqlWord.class);
  private boolean empty = true;
  private boolean bufferEmpty = true;
  private @Nullable SqlWord first;
  private @Nullable SqlWord previous;
  private boolean readsInlineData;
  private boolean setsStrings;
  private boolean standardStrings;
  private int inlineBlocks;
  private int lastInlineBlocks;
  private @Nullable SqlWord pendingCall;
  private long pendingLine;

  /**
   * @param standardStrings whether {@code standard_conforming_strings} is on at the start
   * @param runs whether what is read now is run at all
   * @param findings gets what may differ between runs, and the line
   */
  StatementTracker(
      boolean standardStrings, BooleanSupplier runs, ObjLongConsumer<String> findings) {
    this.runs = runs;
    this.standardStrings = standardStrings;
    this.findings = findings;
  }

  boolean standardStrings() {
    return standardStrings;
  }

  /** Whether the statement so far begins with DO, so that its body runs now. */
  boolean isDo() {
    return first == SqlWord.DO;
  }

  /** An unquoted word; null is one that does not matter. */
  void word(@Nullable SqlWord word, long line, int parenDepth) {
    pendingCall = null;
    if (empty) {
      first = word;
    } else if (word != null) {
      syntax(word, line, parenDepth);
    }
    if (word != null) {
      finding(word, line);
    }
    previous = word;
    filled();
  }

  private void syntax(SqlWord word, long line, int parenDepth) {
    if (first == SqlWord.COPY && previous == SqlWord.FROM && parenDepth == 0) {
      readsInlineData |= word == SqlWord.STDIN || word == SqlWord.STDOUT;
      if (word == SqlWord.PROGRAM) {
        add("COPY FROM PROGRAM may read something else each time", line);
      }
    } else if (first == SqlWord.SET) {
      setsStrings |= word == SqlWord.STANDARD_CONFORMING_STRINGS;
      if (setsStrings && (word == SqlWord.ON || word == SqlWord.OFF)) {
        standardStrings = word == SqlWord.ON;
      }
    }
  }

  private void finding(SqlWord word, long line) {
    switch (word.kind()) {
      case SYNTAX -> {}
      case VALUE -> report(word, line);
      case FUNCTION, OUTSIDE -> {
        pendingCall = word;
        pendingLine = line;
      }
    }
  }

  /** A word in the body of DO. */
  void calledInBody(SqlWord word, long line, boolean parenthesis) {
    if (word.kind() == SqlWord.Kind.VALUE || parenthesis) {
      report(word, line);
    }
  }

  private void report(SqlWord word, long line) {
    if (!runs.getAsBoolean() || !reported.add(word)) {
      return;
    }
    findings.accept(
        switch (word.kind()) {
          case SYNTAX, VALUE -> word + " may give another value each time";
          case FUNCTION -> word + "() may give another value each time";
          case OUTSIDE -> word + "() reads what is not in the workspace";
        },
        line);
  }

  private void add(String finding, long line) {
    if (runs.getAsBoolean()) {
      findings.accept(finding, line);
    }
  }

  /** A quoted string begins. */
  void string(long line, int parenDepth) {
    if (first == SqlWord.COPY && previous == SqlWord.FROM && parenDepth == 0) {
      add("COPY FROM a file of the server may read something else each time", line);
    }
    other();
  }

  void openParenthesis() {
    SqlWord called = pendingCall;
    if (called != null) {
      report(called, pendingLine);
    }
    other();
  }

  /** Any other token. */
  void other() {
    pendingCall = null;
    previous = null;
    filled();
  }

  private void filled() {
    empty = false;
    bufferEmpty = false;
  }

  /** A statement ends inside what is sent as one query ({@code \;}). */
  void endInQuery() {
    if (readsInlineData) {
      inlineBlocks++;
    }
    startStatement();
    bufferEmpty = false;
  }

  /**
   * The query is sent, or the one before it again if there is none.
   *
   * @return how many blocks of inline COPY data it reads
   */
  int send() {
    if (bufferEmpty) {
      return lastInlineBlocks;
    }
    endInQuery();
    lastInlineBlocks = inlineBlocks;
    discard();
    return lastInlineBlocks;
  }

  /** The query is thrown away. */
  void discard() {
    startStatement();
    inlineBlocks = 0;
    bufferEmpty = true;
  }

  private void startStatement() {
    empty = true;
    first = null;
    previous = null;
    pendingCall = null;
    readsInlineData = false;
    setsStrings = false;
  }
}
