package io.taidon.cli.command;

import java.util.List;
import java.util.Set;

/** Finds where the run stage of {@code prepare:psql ... run:psql ...} begins. */
public final class Boundary {
  private static final Set<String> OWN_VALUE_OPTIONS =
      Set.of("--image", "--postgres-version", "--dbms-home", "--port", "--name");

  private Boundary() {}

  /**
   * The index of the token that begins the run stage, or -1.
   *
   * <p>{@code run:<kind>} begins it unless it is the value of an option; a bare {@code run} only
   * when what follows looks like a run stage. A {@code --} of the prepare stage does not end the
   * search.
   */
  public static int find(List<String> tokens) {
    for (int i = 0; i < tokens.size(); i++) {
      if (isRun(tokens, i) && !(i > 0 && takesNext(tokens.get(i - 1)))) {
        return i;
      }
    }
    return -1;
  }

  private static boolean isRun(List<String> tokens, int i) {
    String token = tokens.get(i);
    if (!token.equals("run")) {
      return token.startsWith("run:") && token.length() > "run:".length();
    }
    if (i + 1 == tokens.size()) {
      return false;
    }
    String next = tokens.get(i + 1);
    return !next.startsWith("-") || next.equals("--instance") || next.startsWith("--instance=");
  }

  private static boolean takesNext(String token) {
    return OWN_VALUE_OPTIONS.contains(token) || ToolSyntax.PSQL.takesNext(token);
  }
}
