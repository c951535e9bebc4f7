package io.taidon.core.cache.simulation;

import io.taidon.core.cache.simulation.Trace.Request;
import io.taidon.core.cache.simulation.Trace.Step;
import io.taidon.core.state.StateId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The traces that policies are compared with: synthetic ones after what teams do, seeded, so each
 * run makes the same, and recorded ones.
 */
final class Traces {
  private static final long MIB = 1024 * 1024;

  private Traces() {}

  static List<Trace> all() {
    return List.of(
        pullRequests(),
        lastStepEdited(),
        projects(),
        nightlyScan(),
        shiftingInterest(),
        dearAndSmall(),
        RecordedTrace.ofResource("crates-io.trace.gz"),
        RecordedTrace.ofResource("lemmy.trace.gz"));
  }

  /** A changelog that grows; branches that add to its end, each run a few times. */
  private static Trace pullRequests() {
    Maker maker = new Maker(1);
    List<Step> main = new ArrayList<>();
    main.add(maker.step("seed", 20_000, 200));
    for (int i = 0; i < 40; i++) {
      main.add(maker.usual("main" + i));
    }
    List<List<Step>> open = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      maker.pause(300);
      if (maker.chance(0.03)) {
        main.add(maker.usual("main" + main.size()));
      }
      if (open.size() < 12 || maker.chance(0.1)) {
        List<Step> branch = new ArrayList<>(main);
        for (int s = 0; s <= maker.below(3); s++) {
          branch.add(maker.usual("branch" + i + "." + s));
        }
        open.add(branch);
      }
      maker.ask(
          maker.chance(0.25)
              ? main
              : open.get(open.size() - 1 - maker.below(Math.min(12, open.size()))));
    }
    return maker.trace("pull-requests", "a growing changelog, and branches that add to its end");
  }

  /** Someone works on the last of eight steps; the first takes half a minute. */
  private static Trace lastStepEdited() {
    Maker maker = new Maker(2);
    for (int developer = 0; developer < 6; developer++) {
      maker.pause(3600);
    }
    for (int i = 0; i < 2500; i++) {
      int developer = maker.below(6);
      List<Step> chain = new ArrayList<>();
      chain.add(maker.step("dump" + developer, 30_000, 400));
      for (int s = 1; s < 7; s++) {
        chain.add(maker.step("d" + developer + "s" + s, 800, 20));
      }
      chain.add(maker.step("d" + developer + "edit" + (i / 3), 1_200, 20));
      maker.pause(120);
      maker.ask(chain);
    }
    return maker.trace(
        "last-step-edited", "six people each edit the last of eight steps, the first one heavy");
  }

  /** Many projects, few of them popular (Zipf). */
  private static Trace projects() {
    Maker maker = new Maker(3);
    List<List<Step>> chains = maker.projects(60);
    for (int i = 0; i < 3000; i++) {
      maker.pause(200);
      List<Step> chain = chains.get(maker.zipf(chains.size(), 0.9));
      maker.ask(chain.subList(0, maker.chance(0.8) ? chain.size() : 1 + maker.below(chain.size())));
    }
    return maker.trace(
        "projects", "sixty projects, few of them popular; one request in five stops half way");
  }

  /** The same, and every night a job that touches two hundred states once. */
  private static Trace nightlyScan() {
    Maker maker = new Maker(4);
    List<List<Step>> chains = maker.projects(40);
    for (int day = 0; day < 12; day++) {
      for (int i = 0; i < 200; i++) {
        maker.pause(250);
        maker.ask(chains.get(maker.zipf(chains.size(), 0.9)));
      }
      for (int i = 0; i < 40; i++) {
        List<Step> once = new ArrayList<>();
        for (int s = 0; s < 5; s++) {
          once.add(maker.usual("night" + day + "." + i + "." + s));
        }
        maker.pause(20);
        maker.ask(once);
      }
    }
    return maker.trace(
        "nightly-scan",
        "forty projects by day, and by night two hundred states that nobody wants again");
  }

  /** What was popular last week is not this week. */
  private static Trace shiftingInterest() {
    Maker maker = new Maker(5);
    List<List<Step>> chains = maker.projects(80);
    for (int week = 0; week < 8; week++) {
      for (int i = 0; i < 400; i++) {
        maker.pause(1500);
        maker.ask(chains.get((week * 10 + maker.zipf(30, 0.8)) % chains.size()));
      }
    }
    return maker.trace(
        "shifting-interest", "eighty projects; which of them are popular changes every week");
  }

  /** Big states that are quick to make beside small ones that take minutes. */
  private static Trace dearAndSmall() {
    Maker maker = new Maker(6);
    List<List<Step>> chains = new ArrayList<>();
    for (int p = 0; p < 50; p++) {
      boolean dear = p % 2 == 0;
      chains.add(
          List.of(
              maker.step("base" + p, dear ? 5_000 : 2_000, dear ? 20 : 600),
              maker.step("top" + p, dear ? 90_000 : 1_500, dear ? 10 : 300)));
    }
    for (int i = 0; i < 2500; i++) {
      maker.pause(200);
      maker.ask(chains.get(maker.below(chains.size())));
    }
    return maker.trace(
        "dear-and-small", "big states that are quick to make beside small ones that take minutes");
  }

  private static final class Maker {
    private final Random random;
    private final Map<String, Step> steps = new HashMap<>();
    private final List<Request> requests = new ArrayList<>();
    private long atSeconds;
    private int next;

    Maker(int seed) {
      random = new Random(seed);
    }

    Step step(String name, long buildMillis, long mebibytes) {
      return steps.computeIfAbsent(name, _ -> new Step(id(), buildMillis, mebibytes * MIB));
    }

    /** Most changesets are quick and small, some are neither. */
    Step usual(String name) {
      return steps.computeIfAbsent(
          name,
          _ ->
              new Step(
                  id(),
                  (long) (200 * Math.exp(1.3 * random.nextGaussian())),
                  (long) (MIB * 8 * Math.exp(random.nextGaussian()))));
    }

    private StateId id() {
      return new StateId(
          String.format("%08x", next++)
              + String.format("%016x", random.nextLong()).repeat(4).substring(0, 56));
    }

    List<List<Step>> projects(int count) {
      List<List<Step>> chains = new ArrayList<>();
      for (int p = 0; p < count; p++) {
        List<Step> chain = new ArrayList<>();
        int length = 3 + below(25);
        for (int s = 0; s < length; s++) {
          chain.add(usual("p" + p + "s" + s));
        }
        chains.add(chain);
      }
      return chains;
    }

    void pause(int meanSeconds) {
      atSeconds += 1 + (long) (-Math.log(1 - random.nextDouble()) * meanSeconds);
    }

    boolean chance(double probability) {
      return random.nextDouble() < probability;
    }

    int below(int bound) {
      return random.nextInt(bound);
    }

    int zipf(int count, double exponent) {
      double sum = 0;
      for (int i = 1; i <= count; i++) {
        sum += Math.pow(i, -exponent);
      }
      double at = random.nextDouble() * sum;
      for (int i = 1; i <= count; i++) {
        at -= Math.pow(i, -exponent);
        if (at <= 0) {
          return i - 1;
        }
      }
      return count - 1;
    }

    void ask(List<Step> chain) {
      requests.add(new Request(atSeconds, List.copyOf(chain)));
    }

    Trace trace(String name, String meaning) {
      long bytes =
          requests.stream()
              .flatMap(r -> r.chain().stream())
              .distinct()
              .mapToLong(Step::bytes)
              .sum();
      return new Trace(name, meaning, List.copyOf(requests), bytes);
    }
  }
}
