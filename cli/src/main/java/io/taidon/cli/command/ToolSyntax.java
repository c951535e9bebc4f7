package io.taidon.cli.command;

import java.util.ArrayList;
import java.util.List;

/** How a tool writes its options: enough to tell an option's value from an option of ours. */
public enum ToolSyntax {
  NONE("", ""),
  PSQL(
      "cdfFhLopPRTUv",
      "--command --dbname --field-separator --file --host --log-file --output "
          + "--port --pset --record-separator --set --table-attr --username "
          + "--variable"),
  /** Its options in both spellings, and those that sqlrs once had for every prepare. */
  LIQUIBASE(
      "",
      "--changelog-file --changelogFile --changeLogFile --search-path --searchPath "
          + "--defaults-file --defaultsFile --contexts --context-filter --contextFilter "
          + "--labels --label-filter --labelFilter --count --tag --extension-jar --extensionJar "
          + "--ref --ref-mode --provenance-path"),
  PGBENCH(
      "bcDfFhIjLMpPRstTU",
      "--aggregate-interval --builtin --client --define --file --fillfactor "
          + "--host --init-steps --jobs --latency-limit --max-tries --port "
          + "--progress --protocol --random-seed --rate --scale --time "
          + "--transactions --username");

  private final String valueLetters;

  /** Long options that take a value, with a space between them. */
  private final String valueWords;

  ToolSyntax(String valueLetters, String valueWords) {
    this.valueLetters = valueLetters;
    this.valueWords = " " + valueWords + " ";
  }

  /** An option or argument; {@code name} is empty for an argument. */
  record Item(String name, String value) {
    boolean isFile() {
      return name.equals("-f") || name.equals("--file");
    }

    boolean isCommand() {
      return name.equals("-c") || name.equals("--command");
    }
  }

  /** Whether the next token is this option's value, as in {@code -f} and {@code -Xf}. */
  boolean takesNext(String token) {
    if (token.startsWith("--")) {
      return valueWords.contains(" " + token + " ");
    }
    return letterWithValue(token) == token.length() - 1 && token.length() > 1;
  }

  /** The place of the first letter that takes a value; the token's length when none does. */
  private int letterWithValue(String token) {
    if (!token.startsWith("-") || token.startsWith("--")) {
      return token.length();
    }
    for (int i = 1; i < token.length(); i++) {
      if (valueLetters.indexOf(token.charAt(i)) >= 0) {
        return i;
      }
    }
    return token.length();
  }

  /** The options with their values, whichever way they are written. */
  List<Item> items(List<String> tokens) {
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < tokens.size(); i++) {
      String token = tokens.get(i);
      int letter = letterWithValue(token);
      int equals = token.indexOf('=');
      if (takesNext(token)) {
        String name = token.startsWith("--") ? token : "-" + token.charAt(letter);
        items.add(new Item(name, i + 1 < tokens.size() ? tokens.get(++i) : ""));
      } else if (token.startsWith("--") && equals > 0) {
        items.add(new Item(token.substring(0, equals), token.substring(equals + 1)));
      } else if (letter < token.length()) {
        items.add(new Item("-" + token.charAt(letter), token.substring(letter + 1)));
      } else {
        items.add(token.startsWith("-") ? new Item(token, "") : new Item("", token));
      }
    }
    return items;
  }

  /** Whether {@code -f -} is among them. */
  boolean readsStdin(List<String> tokens) {
    return items(tokens).stream().anyMatch(item -> item.isFile() && item.value().equals("-"));
  }

  /** Whether there is anything to run besides standard input. */
  boolean hasWork(List<String> tokens) {
    return items(tokens).stream().anyMatch(item -> item.isFile() || item.isCommand());
  }
}
