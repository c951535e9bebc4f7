package io.taidon.engine.psql;

import io.taidon.engine.psql.PsqlVariables.Value;

/**
 * Finds the backslash commands of a script with psql's own lexical rules ({@code psqlscan.l}):
 * comments, strings, quoted identifiers, dollar quotes, variables and inline COPY data. Reads each
 * byte once, in constant memory.
 *
 * <p>Client encodings whose characters can hold ASCII bytes (SJIS, BIG5, GBK, ...) are read as if
 * each byte were a character. The value of a variable that is known at run time only is taken for a
 * plain word. Not thread-safe.
 */
final class PsqlScanner {
  private static final int MAX_TAG_BYTES = 4096;

  /** What the scanner meets and asks. */
  interface Handler {
    /**
     * A backslash command; the handler consumes it.
     *
     * @return false to stop reading the script
     */
    boolean command();

    /** A variable's value, for expansion; Unset where nothing is expanded. */
    Value variable(String name);

    /** Whether statements are sent, which they are not in a branch that is never taken. */
    boolean sendsStatements();
  }

  private enum State {
    SQL,
    STRING,
    ESCAPE_STRING,
    IDENTIFIER,
    DOLLAR,
    COMMENT
  }

  private final ScriptSource source;
  private final StatementTracker statement;
  private final Handler handler;
  private final WordReader words;
  private State state = State.SQL;
  private String dollarTag = "";
  private int commentDepth;
  private int parenDepth;
  private int pendingDataBlocks;
  private boolean stopped;

  PsqlScanner(ScriptSource source, StatementTracker statement, Handler handler) {
    this.source = source;
    this.statement = statement;
    this.handler = handler;
    this.words = new WordReader(source);
  }

  /** Reads the script to its end, or to where the handler stops it. */
  void run() {
    boolean more = true;
    while (more && !stopped) {
      scanLine();
      if (!stopped) {
        more = source.nextLine();
        // psql takes the data from the lines after the one it has already read.
        for (; pendingDataBlocks > 0; pendingDataBlocks--) {
          source.skipCopyData();
        }
      }
    }
    source.hashConsumed();
  }

  int parenDepth() {
    return parenDepth;
  }

  void restoreParenDepth(int depth) {
    parenDepth = depth;
  }

  /** {@code \g} and its kin: the query is sent although no semicolon ended it. */
  void send() {
    sendStatement();
    parenDepth = 0;
  }

  /** {@code \r}: the query is thrown away. */
  void reset() {
    statement.discard();
    parenDepth = 0;
  }

  /** {@code \copy ... from stdin}: data follows in the script. */
  void expectInlineData() {
    pendingDataBlocks++;
  }

  private void sendStatement() {
    int blocks = statement.send();
    if (handler.sendsStatements()) {
      pendingDataBlocks += blocks;
    }
  }

  private void scanLine() {
    while (!stopped) {
      int c = source.peek(0);
      if (c < 0) {
        if (!source.endExpansion()) {
          return;
        }
        continue;
      }
      switch (state) {
        case SQL -> sql(c);
        case STRING -> string(c);
        case ESCAPE_STRING -> escapeString(c);
        case IDENTIFIER -> identifier(c);
        case DOLLAR -> dollar(c);
        case COMMENT -> comment(c);
      }
    }
  }

  private void sql(int c) {
    if (ByteText.isSpace(c)) {
      source.advance(1);
    } else if (ByteText.isLetter(c)) {
      wordOrPrefixedString(c);
    } else if (ByteText.isDigit(c)) {
      number();
    } else {
      symbol(c);
    }
  }

  private void symbol(int c) {
    switch (c) {
      case '\'' -> openString(1, statement.standardStrings() ? State.STRING : State.ESCAPE_STRING);
      case '"' -> openIdentifier(1);
      case '$' -> dollarOrParameter();
      case '(' -> {
        statement.openParenthesis();
        parenDepth++;
        source.advance(1);
      }
      case ')' -> {
        parenDepth = Math.max(0, parenDepth - 1);
        other(1);
      }
      case ';' -> semicolon();
      case '\\' -> backslash();
      case ':' -> colon();
      case '-', '/' -> commentOrOperator(c);
      default -> other(1);
    }
  }

  private void other(int length) {
    statement.other();
    source.advance(length);
  }

  private void commentOrOperator(int c) {
    int next = source.peek(1);
    if (c == '-' && next == '-') {
      lineComment();
    } else if (c == '/' && next == '*') {
      source.advance(2);
      commentDepth = 1;
      state = State.COMMENT;
    } else {
      other(1);
    }
  }

  private void lineComment() {
    int c = source.peek(0);
    while (c >= 0 && c != '\n' && c != '\r') {
      source.advance(1);
      c = source.peek(0);
    }
  }

  private void wordOrPrefixedString(int c) {
    int next = source.peek(1);
    if (next == '\'') {
      switch (c) {
        case 'e', 'E' -> {
          openString(2, State.ESCAPE_STRING);
          return;
        }
        case 'b', 'B', 'x', 'X' -> {
          openString(2, State.STRING);
          return;
        }
        default -> {}
      }
    } else if (next == '&' && (c == 'u' || c == 'U')) {
      if (source.peek(2) == '\'') {
        openString(3, State.STRING);
        return;
      }
      if (source.peek(2) == '"') {
        openIdentifier(3);
        return;
      }
    }
    long line = source.line();
    statement.word(words.read(true), line, parenDepth);
  }

  private void number() {
    while (ByteText.isDigit(source.peek(0))) {
      source.advance(1);
    }
    if (ByteText.isLetter(source.peek(0))) {
      words.read(true);
    }
    statement.other();
  }

  private void openString(int prefix, State next) {
    statement.string(source.line(), parenDepth);
    source.advance(prefix);
    state = next;
  }

  private void openIdentifier(int prefix) {
    statement.other();
    source.advance(prefix);
    state = State.IDENTIFIER;
  }

  private void string(int c) {
    if (c != '\'') {
      source.advance(1);
    } else if (source.peek(1) == '\'') {
      source.advance(2);
    } else {
      source.advance(1);
      state = State.SQL;
    }
  }

  private void escapeString(int c) {
    if (c == '\\') {
      source.advance(source.peek(1) < 0 ? 1 : 2);
    } else {
      string(c);
    }
  }

  private void identifier(int c) {
    if (c != '"') {
      source.advance(1);
    } else if (source.peek(1) == '"') {
      source.advance(2);
    } else {
      source.advance(1);
      state = State.SQL;
    }
  }

  private void dollarOrParameter() {
    int length = dollarDelimiter();
    if (length > 0) {
      statement.string(source.line(), parenDepth);
      dollarTag = source.take(length);
      state = State.DOLLAR;
    } else {
      other(1);
      if (ByteText.isDigit(source.peek(0))) {
        number();
      }
    }
  }

  /** The length of {@code $tag$} at the present place, or 0. */
  private int dollarDelimiter() {
    int length = 1;
    int c = source.peek(length);
    while (length < MAX_TAG_BYTES
        && ByteText.isVariableCharacter(c)
        && (length > 1 || !ByteText.isDigit(c))) {
      c = source.peek(++length);
    }
    return c == '$' ? length + 1 : 0;
  }

  private void dollar(int c) {
    if (c == '$') {
      closeDollar();
    } else if (statement.isDo() && ByteText.isLetter(c)) {
      // The body of DO runs now, so what it calls counts.
      long line = source.line();
      SqlWord found = words.read(false);
      if (found != null && found.kind() != SqlWord.Kind.SYNTAX) {
        statement.calledInBody(found, line, source.peek(0) == '(');
      }
    } else {
      source.advance(1);
    }
  }

  private void closeDollar() {
    int length = dollarDelimiter();
    if (length == 0) {
      source.advance(1);
      return;
    }
    boolean same = length == dollarTag.length();
    for (int i = 0; same && i < length; i++) {
      same = source.peek(i) == dollarTag.charAt(i);
    }
    if (same) {
      source.advance(length);
      state = State.SQL;
    } else {
      source.advance(length - 1);
    }
  }

  private void comment(int c) {
    if (c == '*' && source.peek(1) == '/') {
      source.advance(2);
      if (--commentDepth == 0) {
        state = State.SQL;
      }
    } else if (c == '/' && source.peek(1) == '*') {
      source.advance(2);
      commentDepth++;
    } else {
      source.advance(1);
    }
  }

  private void semicolon() {
    source.advance(1);
    if (parenDepth == 0) {
      sendStatement();
    } else {
      statement.other();
    }
  }

  private void backslash() {
    int next = source.peek(1);
    if (next == ';') {
      source.advance(2);
      statement.endInQuery();
    } else if (next == ':') {
      other(2);
    } else {
      stopped = !handler.command();
    }
  }

  private void colon() {
    int next = source.peek(1);
    if (next == ':' || next == '=') {
      other(2);
    } else if (next == '\'' || next == '"') {
      int end = variableEnd(2);
      other(end > 2 && source.peek(end) == next ? end + 1 : 1);
    } else if (next == '{' && source.peek(2) == '?') {
      int end = variableEnd(3);
      other(end > 3 && source.peek(end) == '}' ? end + 1 : 1);
    } else if (ByteText.isVariableCharacter(next)) {
      expand(variableEnd(1));
    } else {
      other(1);
    }
  }

  private int variableEnd(int from) {
    int end = from;
    while (end < MAX_TAG_BYTES && ByteText.isVariableCharacter(source.peek(end))) {
      end++;
    }
    return end;
  }

  private void expand(int length) {
    String name = source.take(length).substring(1);
    if (handler.variable(name) instanceof Value.Known known && !source.isExpanding(name)) {
      source.expand(name, known.text());
    } else {
      statement.other();
    }
  }
}
