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

  /**
   * Up to so many pairs of steps are weighed whatever they are. In longer chains what both end with
   * is taken as kept, which is hardly ever not the cheapest.
   */
  private static final int FEW_CELLS = 4096;

  /**
   * Behind the common beginning, steps further away than this are not compared one with another.
   */
  private static final int WINDOW = 200;

  static Alignment of(List<StepOrigin> relative, List<StepOrigin> wanted) {
    int common = commonBeginning(relative, wanted);
    long cells = (long) (relative.size() - common) * (wanted.size() - common);
    int end = cells <= FEW_CELLS ? 0 : commonEnd(relative, wanted, common);
    List<StepOrigin> from = window(relative, common, relative.size() - end);
    List<StepOrigin> to = window(wanted, common, wanted.size() - end);
    Table table = new Table(from, to, end > 0);
    List<Edit> edits = new ArrayList<>(table.edits(common));
    for (int i = common + to.size(); i < wanted.size() - end; i++) {
      edits.add(new Edit.Insert(i + 1, wanted.get(i)));
    }
    wanted.subList(wanted.size() - end, wanted.size()).forEach(s -> edits.add(new Edit.Keep(s)));
    int used = end > 0 ? relative.size() : common + table.used;
    int kept = common + (int) edits.stream().filter(Edit.Keep.class::isInstance).count();
    return new Alignment(List.copyOf(edits), used, kept, cost(edits));
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

  private static int commonEnd(List<StepOrigin> relative, List<StepOrigin> wanted, int common) {
    int shorter = Math.min(relative.size(), wanted.size()) - common;
    int end = 0;
    while (end < shorter
        && relative
            .get(relative.size() - 1 - end)
            .hash()
            .equals(wanted.get(wanted.size() - 1 - end).hash())) {
      end++;
    }
    return end;
  }

  private static List<StepOrigin> window(List<StepOrigin> steps, int from, int to) {
    return steps.subList(from, Math.min(to, from + WINDOW));
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
    private final int used;

    /**
     * @param whole whether the relative's steps must be taken in to the last
     */
    Table(List<StepOrigin> from, List<StepOrigin> to, boolean whole) {
      this.from = from;
      this.to = to;
      this.best = new long[from.size() + 1][to.size() + 1];
      fill();
      used = whole ? from.size() : cheapestEnd();
    }

    private void fill() {
      for (int i = 0; i <= from.size(); i++) {
        for (int j = 0; j <= to.size(); j++) {
          best[i][j] = i == 0 && j == 0 ? 0 : cheapest(i, j);
        }
      }
    }

    private int cheapestEnd() {
      int end = 0;
      for (int i = 1; i <= from.size(); i++) {
        if (best[i][to.size()] < best[end][to.size()]) {
          end = i;
        }
      }
      return end;
    }

    private long cheapest(int i, int j) {
      long cheapest = Long.MAX_VALUE;
      if (i > 0) {
        cheapest = best[i - 1][j] + DELETE * SCALE;
      }
      if (j > 0) {
        cheapest = Math.min(cheapest, best[i][j - 1] + INSERT * SCALE);
      }
      if (i > 0 && j > 0 && canWin(i, j, cheapest)) {
        cheapest = Math.min(cheapest, best[i - 1][j - 1] + diagonal(i, j));
      }
      return cheapest;
    }

    /** Steps are compared only where that can matter, which is near the diagonal. */
    private boolean canWin(int i, int j, long cheapest) {
      return same(i, j) || best[i - 1][j - 1] + DIFFERENCE * SCALE <= cheapest;
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
        if (i > 0 && j > 0 && isDiagonal(i, j)) {
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

    private boolean isDiagonal(int i, int j) {
      return canWin(i, j, best[i][j]) && best[i][j] == best[i - 1][j - 1] + diagonal(i, j);
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
