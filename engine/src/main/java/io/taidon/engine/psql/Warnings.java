package io.taidon.engine.psql;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What may make two runs of a step differ: each finding once per file, at most twenty. */
final class Warnings {
  private static final int MOST = 20;

  private final List<String> sentences = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();

  void add(String placeName, long line, String finding) {
    if (sentences.size() < MOST && seen.add(placeName + "\0" + finding)) {
      sentences.add(placeName + ":" + line + ": " + finding);
    }
  }

  List<String> list() {
    return List.copyOf(sentences);
  }
}
