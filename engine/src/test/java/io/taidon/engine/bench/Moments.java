package io.taidon.engine.bench;

import io.taidon.engine.fault.FaultPoint;
import io.taidon.engine.fault.FaultWatch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where the time of something goes: what passes between one fault point and the next, whichever
 * thread reaches them. Upkeep's points are left out, because they are beside what is measured. One
 * at a time in a process.
 */
final class Moments implements AutoCloseable {
  private static final Set<FaultPoint> BESIDE =
      Set.of(
          FaultPoint.SIDECAR_STAGED,
          FaultPoint.STATE_MEASURED,
          FaultPoint.STATES_SYNCED,
          FaultPoint.DURABILITY_DESCRIBED);

  private final List<Moment> moments = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, Samples> stretches = new LinkedHashMap<>();

  private record Moment(String name, long at) {}

  Moments() {
    FaultWatch.watch(point -> {
      if (!BESIDE.contains(point)) {
        moments.add(new Moment(point.name(), System.nanoTime()));
      }
    });
  }

  void begin() {
    moments.clear();
    moments.add(new Moment("", System.nanoTime()));
  }

  /** Adds what happened since {@link #begin()} to the samples. */
  void end() {
    List<Moment> passed = new ArrayList<>(moments);
    passed.add(new Moment("its follower has the result", System.nanoTime()));
    for (int i = 1; i < passed.size(); i++) {
      stretches
          .computeIfAbsent("until " + passed.get(i).name(), _ -> new Samples())
          .add((passed.get(i).at() - passed.get(i - 1).at()) / 1e6);
    }
  }

  /** The stretches in the order in which they were first seen. */
  Map<String, Samples> stretches() {
    return Collections.unmodifiableMap(stretches);
  }

  @Override
  public void close() {
    FaultWatch.stop();
  }
}
