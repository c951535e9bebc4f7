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

  /** Levenshtein's distance. */
  private static int edits(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
