package io.taidon.engine.instance;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Notes when a request passed its stations, in milliseconds since it began. Not thread-safe. */
public final class Stopwatch {
  private final long began = System.nanoTime();
  private final Map<String, Double> millisByStation = new LinkedHashMap<>();

  /** Notes that {@code station} is passed now. */
  public void pass(String station) {
    millisByStation.put(station, Math.round((System.nanoTime() - began) / 1e4) / 100.0);
  }

  /** Stations in the order they were passed, in milliseconds with two digits. */
  public Map<String, Double> timeline() {
    return Collections.unmodifiableMap(new LinkedHashMap<>(millisByStation));
  }
}
