package io.taidon.engine.store;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * When an instance passed its stations ({@code request}, {@code cloned}, {@code started}, ...), in
 * order, each in microseconds since the request began.
 */
public record Timeline(Map<String, Long> microsByStation) {
  public static final Timeline EMPTY = new Timeline(Map.of());

  public Timeline {
    microsByStation = Collections.unmodifiableMap(new LinkedHashMap<>(microsByStation));
  }

  /** The stations in milliseconds with two digits. */
  public Map<String, Double> millis() {
    Map<String, Double> millis = new LinkedHashMap<>();
    microsByStation.forEach(
        (station, micros) -> millis.put(station, Math.round(micros / 10.0) / 100.0));
    return Collections.unmodifiableMap(millis);
  }

  /** The same timeline with one more station at its end. */
  public Timeline with(String station, long micros) {
    Map<String, Long> more = new LinkedHashMap<>(microsByStation);
    more.put(station, micros);
    return new Timeline(more);
  }
}
