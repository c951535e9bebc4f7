package io.taidon.engine.instance;

import io.taidon.engine.store.Timeline;

/** Notes when a request passed its stations, counted from its beginning. Not thread-safe. */
public final class Stopwatch {
  private final long began = System.nanoTime();
  private Timeline timeline = Timeline.EMPTY;

  /** Notes that {@code station} is passed now. */
  public void pass(String station) {
    timeline = timeline.with(station, (System.nanoTime() - began) / 1000);
  }

  /** The stations so far, in the order they were passed. */
  public Timeline timeline() {
    return timeline;
  }
}
