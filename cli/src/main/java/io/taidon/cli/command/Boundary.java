package io.taidon.cli.command;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds where the run stage of {@code prepare:<kind> ... run:<kind> ...} begins. */
public final class Boundary {
  private static final Set<String> OWN_VALUE_OPTIONS =
      Set.of("--image", "--postgres-version", "--dbms-home", "--port", "--name", "--checkpoint");

  private Boundary() {}

  /**
   * The index of the token that begins the run stage, or -1, also where the first is no prepare.
   *
   * <p>{@code run:<kind>} begins it unless it is the value of an option; a bare {@code run} only
   * when what follows looks like a run stage. A {@code --} of the prepare stage does not end the
   * search.
   */
  public static int find(List<String> tokens) {
    Optional<PrepareKind> kind = PrepareKind.ofPrepare(tokens.getFirst());
    for (int i = 1; kind.isPresent() && i < tokens.size(); i++) {
      if (isRun(tokens, i) && !takesNext(kind.get(), tokens.get(i - 1))) {
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

  private static boolean takesNext(PrepareKind kind, String token) {
    return OWN_VALUE_OPTIONS.contains(token) || kind.tool().takesNext(token);
  }
}
