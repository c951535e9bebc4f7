package io.taidon.cli.command;

import java.util.List;
import java.util.Optional;

/** What was probably meant by a word that is unknown. */
final class Suggestion {
  private static final int MAX_EDITS = 3;

  private Suggestion() {}

  /** The nearest candidate; one that begins with the word is nearer than any other. */
  static Optional<String> closest(String word, List<String> candidates) {
    Optional<String> longer =
        candidates.stream()
            .filter(candidate -> word.length() > 1 && candidate.startsWith(word))
            .findFirst();
    if (longer.isPresent()) {
      return longer;
    }
    String best = "";
    int bestEdits = Math.min(MAX_EDITS, word.length() / 2) + 1;
    for (String candidate : candidates) {
      int edits = edits(word, candidate);
      if (edits < bestEdits) {
        best = candidate;
        bestEdits = edits;
      }
    }
    return best.isEmpty() ? Optional.empty() : Optional.of(best);
  }

  /** Levenshtein's distance, with two swapped letters as one edit. */
  private static int edits(String a, String b) {
    int[][] edits = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          edits[i][j] = i + j;
          continue;
        }
        int replaced = edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        edits[i][j] = Math.min(replaced, Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
        boolean isSwapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (isSwapped) {
          edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
        }
      }
    }
    return edits[a.length()][b.length()];
  }
}
