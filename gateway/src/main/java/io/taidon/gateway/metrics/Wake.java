package io.taidon.gateway.metrics;

/** How a wake ended. */
public enum Wake implements Label {
  READY,
  FAILED
}
