package io.taidon.engine.psql;

import java.util.List;

/**
 * Scripts in which it takes psql's own rules to tell what is included. {@code main.sql} includes
 * some of {@code a.sql}, {@code b.sql}, ... each of which echoes its name.
 */
enum TrickyScripts {
  PLAIN("\\i a.sql\n\\include b.sql\n", "a b"),
  NO_LAST_LINE_BREAK("\\i a.sql", "a"),
  CARRIAGE_RETURNS("\\i a.sql\r\nselect 1;\r\n\\i b.sql\r\n", "a b"),
  BYTE_ORDER_MARK("\ufeff\\i a.sql\n", "a"),
  LINE_COMMENT("-- \\i a.sql\nselect 1; -- it's \\i b.sql\n\\i c.sql\n", "c"),
  BLOCK_COMMENT("/* \\i a.sql\n/* nested */ \\i b.sql\n*/ \\i c.sql\n", "c"),
  COMMENT_AFTER_OPERATOR(
      "select 1 +/* \\i a.sql */ 1;\nselect 2 *-- \\i b.sql\n1;\n\\i c.sql\n", "c"),
  STRINGS("select 'it''s\n\\i a.sql\n';\nselect E'\\'\n\\i b.sql\n' \\g\n\\i c.sql\n", "c"),
  BACKSLASH_IN_PLAIN_STRING("select 'c:\\'; \\i a.sql\n", "a"),
  ESCAPE_CONTINUES_AS_PLAIN("select E'a'\n'b\\' \\i a.sql\n\\r\n", "a"),
  NAME_ENDS_IN_E("select type'\\' \\i a.sql\n\\r\nselect date'2000-01-01'; \\i b.sql\n", "a b"),
  UNICODE_AND_BITS("select U&'\\0061', B'01', X'1F', N'x\\'; \\i a.sql\n", "a"),
  QUOTED_IDENTIFIERS("select 1 as \"a\"\"b\n\\i a.sql\n\" \\; \\i b.sql\n\\g\n", "b"),
  DOLLAR_QUOTES("select $$ \\i a.sql\n$x$ ' $$, $a$ $$ \\i b.sql\n $b$ $a$; \\i c.sql\n", "c"),
  DOLLAR_IN_IDENTIFIER("select 1 as a$b$; \\i a.sql\nselect 2 as b$b$; \\i b.sql\n", "a b"),
  FUNCTION_BODY(
      "create function f() returns int language sql as $f$\n select 1; -- ' \\i a.sql\n$f$;\n\\i b.sql\n",
      "b"),
  BEGIN_ATOMIC(
      "create function atomic_f() returns int language sql begin atomic select 1; select 2; end;\n\\i a.sql\n",
      "a"),
  COPY_DATA(
      "create temp table t (x text);\ncopy t from stdin;\n\\\\i a.sql\n'\n\\.\n\\i b.sql\n", "b"),
  COPY_DATA_THEN_SAME_LINE(
      "create temp table t (x text);\ncopy t from stdin; \\i a.sql\nx'\n\\.\n\\i b.sql\n", "a b"),
  TWO_COPIES_ON_A_LINE(
      "create temp table t (x text);\ncopy t from stdin; copy t (x) from stdin;\n'\n\\.\n'\n\\.\n\\i a.sql\n",
      "a"),
  COPY_BY_G(
      "create temp table t (x text);\n/* x */ COPY t -- y\n FROM STDIN \\g\n'\n\\.\n\\i a.sql\n",
      "a"),
  COPY_IN_ONE_QUERY(
      "create temp table t (x text);\nselect 1\\; copy t from stdin\\; select 2;\n'\n\\.\n\\i a.sql\n",
      "a"),
  COPY_TO_IS_NO_DATA("copy (select 'from stdin') to stdout;\n\\i a.sql\n", "a"),
  BACKSLASH_COPY(
      "create temp table t (x text);\n\\copy t from stdin\n'\n\\.\n\\i a.sql\n\\copy t(x) from 'data.txt' with csv\n",
      "a",
      "data.txt"),
  COMMAND_INSIDE_A_QUERY("select 1 \\i a.sql\n + 1;\n", "a"),
  MANY_COMMANDS("\\echo x \\i a.sql \\\\ select 1; \\i b.sql \\i c.sql\n", "a b c"),
  ARGUMENT_QUOTES("\\i 'a'.sql\n\\i 'b\\x2esql'\n\\i c.sql;\n", "a b c"),
  RELATIVE("\\i sub/x.sql\n\\ir sub/y.sql\n", "a b sub/c", "sub/x.sql", "sub/y.sql"),
  CHANGED_DIRECTORY("\\cd sub\n\\i c.sql\n\\ir c.sql\n\\cd ..\n\\i a.sql\n", "a sub/c"),
  VARIABLES("\\set n a\n\\set m :n .sql\n\\i :m\n\\set x 'b.sq'\n\\i :x'l'\n", "a b"),
  VARIABLE_HOLDS_A_COMMAND("\\set c '\\\\i'\n:c a.sql\n", "a"),
  VARIABLE_HOLDS_A_QUOTE("\\set q '\\''\nselect :q \\i a.sql\n';\n\\i b.sql\n", "b"),
  VARIABLE_IN_STRING("\\set q '\\''\nselect ':q'; \\i a.sql\n", "a"),
  UNSET_VARIABLE("\\i :none/a.sql\n", ""),
  CONSTANT_CONDITIONS(
      "\\if true\n\\i a.sql\n\\else\n\\i missing.sql\n\\endif\n\\if :{?none}\n\\i missing.sql\n\\elif yes\n\\i b.sql\n\\endif\n",
      "a b"),
  SET_UNLESS_GIVEN("\\if :{?dir}\n\\else\n\\set dir sub\n\\endif\n\\i :dir/c.sql\n", "sub/c"),
  NESTED_CONDITIONS(
      "\\if false\n\\if true\n\\i a.sql\n\\endif\n\\else\n\\if 1\n\\i b.sql\n\\endif\n\\endif\n",
      "b"),
  INACTIVE_TEXT_IS_LEXED("\\if false\nselect '\\endif\n';\n\\i a.sql\n\\endif\n\\i b.sql\n", "b"),
  INACTIVE_PARENTHESES("\\if false\nselect (\n\\endif\nselect 1; \\i a.sql\n", "a"),
  QUIT("\\i a.sql\n\\q\n\\i missing.sql\n", "a"),
  QUIT_IN_INCLUDED("\\i sub/quit.sql\n\\i a.sql\n", "a", "sub/quit.sql"),
  PARENTHESES("select (1; \\i a.sql\n\\r\n\\i b.sql\n", "a b"),
  OLD_STRINGS(
      "set standard_conforming_strings = off;\nselect 'a\\' \\i a.sql\n';\nset standard_conforming_strings = on;\n\\i b.sql\n",
      "b"),
  COLONS("select '1'::text, (array[1,2])[1:2], 'x' as \":a\"; \\i a.sql\n", "a"),
  RESTRICTED_WORDS("\\echo '\\i a.sql' \"\\\\i b.sql\n\\i c.sql\n", "c");

  private final String script;
  private final List<String> included;
  private final List<String> others;

  TrickyScripts(String script, String included, String... others) {
    this.script = script;
    this.included = included.isEmpty() ? List.of() : List.of(included.split(" "));
    this.others = List.of(others);
  }

  String script() {
    return script;
  }

  /** What is echoed, in order of names, each once. */
  List<String> included() {
    return included;
  }

  /** Other files that are read. */
  List<String> others() {
    return others;
  }

  /** Whether psql itself would fail in it. */
  boolean fails() {
    return this == UNSET_VARIABLE;
  }

  Scripts in(java.nio.file.Path root) {
    Scripts scripts = new Scripts(root);
    for (String name : List.of("a", "b", "c", "sub/c")) {
      scripts.file(name + ".sql", "\\echo included " + name + "\n");
    }
    return scripts
        .file("sub/x.sql", "\\i a.sql\n\\ir c.sql\n")
        .file("sub/y.sql", "\\ir ../b.sql\n")
        .file("sub/quit.sql", "\\q\n\\i missing.sql\n")
        .file("data.txt", "1\n")
        .file("main.sql", script);
  }
}
