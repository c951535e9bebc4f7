package io.taidon.engine.store;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * When an instance passed its stations ({@code request}, {@code cloned}, {@code started}, ...), in
 * order, each in milliseconds since the epoch.
 */
public record Timeline(Map<String, Long> millisByStation) {
  public static final Timeline EMPTY = new Timeline(Map.of());

  public Timeline {
    millisByStation = Collections.unmodifiableMap(new LinkedHashMap<>(millisByStation));
  }

  /** The same timeline with one more station at its end. */
  public Timeline with(String station, long epochMillis) {
    Map<String, Long> more = new LinkedHashMap<>(millisByStation);
    more.put(station, epochMillis);
    return new Timeline(more);
  }
}
