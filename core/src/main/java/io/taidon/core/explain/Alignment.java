package io.taidon.core.explain;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The cheapest way from a relative's steps to the wanted ones, as edit distance. The relative may
 * stop anywhere: each beginning of a chain was a state, too.
 *
 * @param edits in order, without the common beginning
 * @param used how many of the relative's steps the way takes in
 * @param kept how many steps are the same on both sides, the common beginning included
 * @param cost tenths of an edit; the same difference in many steps counts once
 */
record Alignment(List<Edit> edits, int used, int kept, int cost) {
  private static final int INSERT = 20;
  private static final int DELETE = 20;

  /** Dearer than to insert, cheaper than to insert and delete. */
  private static final int REPLACE_UNRELATED = 30;

  private static final int DIFFERENCE = 10;

  /** Less than to insert: what is recognised was edited, however much. */
  private static final int MOST_FOR_RELATED = 19;

  /** Behind the common beginning, steps further away than this are not compared one with another. */
  private static final int WINDOW = 200;

  static Alignment of(List<StepOrigin> relative, List<StepOrigin> wanted) {
    int common = commonBeginning(relative, wanted);
    List<StepOrigin> from = window(relative, common);
    List<StepOrigin> to = window(wanted, common);
    Table table = new Table(from, to);
    List<Edit> edits = new ArrayList<>(table.edits(common));
    for (int i = common + to.size(); i < wanted.size(); i++) {
      edits.add(new Edit.Insert(i + 1, wanted.get(i)));
    }
    int kept = common + (int) edits.stream().filter(Edit.Keep.class::isInstance).count();
    return new Alignment(List.copyOf(edits), common + table.used, kept, cost(edits));
  }

  /** How many steps both begin with. */
  static int commonBeginning(List<StepOrigin> relative, List<StepOrigin> wanted) {
    int common = 0;
    while (common < Math.min(relative.size(), wanted.size())
        && relative.get(common).hash().equals(wanted.get(common).hash())) {
      common++;
    }
    return common;
  }

  private static List<StepOrigin> window(List<StepOrigin> steps, int from) {
    return steps.subList(from, Math.min(steps.size(), from + WINDOW));
  }

  private static int cost(List<Edit> edits) {
    int cost = 0;
    Set<Object> counted = new HashSet<>();
    for (Edit edit : edits) {
      cost +=
          switch (edit) {
            case Edit.Keep keep -> 0;
            case Edit.Insert insert -> INSERT;
            case Edit.Delete delete -> DELETE;
            case Edit.Replace replace when !replace.related() -> REPLACE_UNRELATED;
            case Edit.Replace replace -> {
              long fresh = replace.differences().stream().filter(counted::add).count();
              yield (int) Math.min(DIFFERENCE * fresh, MOST_FOR_RELATED);
            }
          };
    }
    return cost;
  }

  /** What it costs to make one step of another. */
  private record Pair(boolean related, List<Difference> differences) {
    static Pair of(StepOrigin before, StepOrigin after) {
      if (!Kinship.related(before, after)) {
        return new Pair(false, List.of());
      }
      return new Pair(true, Differences.between(before.ingredients(), after.ingredients()));
    }

    int cost() {
      return related
          ? Math.clamp((long) DIFFERENCE * differences.size(), DIFFERENCE, MOST_FOR_RELATED)
          : REPLACE_UNRELATED;
    }
  }

  /** The dynamic programme; ties go to the way that keeps more steps. */
  private static final class Table {
    private static final long SCALE = 1 << 12;

    private final List<StepOrigin> from;
    private final List<StepOrigin> to;
    private final long[][] best;
    private final Map<Long, Pair> pairs = new HashMap<>();
    private int used;

    Table(List<StepOrigin> from, List<StepOrigin> to) {
      this.from = from;
      this.to = to;
      this.best = new long[from.size() + 1][to.size() + 1];
      fill();
    }

    private void fill() {
      for (int i = 0; i <= from.size(); i++) {
        for (int j = 0; j <= to.size(); j++) {
          best[i][j] = i == 0 && j == 0 ? 0 : cheapest(i, j);
        }
      }
      for (int i = 0; i <= from.size(); i++) {
        if (best[i][to.size()] < best[used][to.size()]) {
          used = i;
        }
      }
    }

    private long cheapest(int i, int j) {
      long cheapest = Long.MAX_VALUE;
      if (i > 0 && j > 0) {
        cheapest = best[i - 1][j - 1] + diagonal(i, j);
      }
      if (i > 0) {
        cheapest = Math.min(cheapest, best[i - 1][j] + DELETE * SCALE);
      }
      if (j > 0) {
        cheapest = Math.min(cheapest, best[i][j - 1] + INSERT * SCALE);
      }
      return cheapest;
    }

    private long diagonal(int i, int j) {
      return same(i, j) ? -1 : pair(i, j).cost() * SCALE;
    }

    private boolean same(int i, int j) {
      return from.get(i - 1).hash().equals(to.get(j - 1).hash());
    }

    private Pair pair(int i, int j) {
      return pairs.computeIfAbsent(
          ((long) i << 32) | j, _ -> Pair.of(from.get(i - 1), to.get(j - 1)));
    }

    /** The way back from the cheapest end. */
    List<Edit> edits(int common) {
      List<Edit> edits = new ArrayList<>();
      int i = used;
      int j = to.size();
      while (i > 0 || j > 0) {
        if (i > 0 && j > 0 && best[i][j] == best[i - 1][j - 1] + diagonal(i, j)) {
          edits.add(met(i, j, common));
          i--;
          j--;
        } else if (i > 0 && best[i][j] == best[i - 1][j] + DELETE * SCALE) {
          edits.add(new Edit.Delete(common + j + 1, from.get(i - 1)));
          i--;
        } else {
          edits.add(new Edit.Insert(common + j, to.get(j - 1)));
          j--;
        }
      }
      Collections.reverse(edits);
      return edits;
    }

    private Edit met(int i, int j, int common) {
      if (same(i, j)) {
        return new Edit.Keep(to.get(j - 1));
      }
      Pair pair = pair(i, j);
      return new Edit.Replace(
          common + j, from.get(i - 1), to.get(j - 1), pair.related(), pair.differences());
    }
  }
}
