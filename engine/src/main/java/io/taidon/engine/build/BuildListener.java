package io.taidon.engine.build;

import io.taidon.core.state.StateId;

/**
 * Hears how a build goes. Steps are numbered from 1. Output arrives on other threads than the rest.
 */
public interface BuildListener {
  void stepStarted(int step);

  void stepOutput(int step, String line);

  void stepFinished(int step);

  /** Another job built the step while this one waited. */
  void stepFoundCached(int step);

  /** Another job builds the step now; this one waits. */
  void stepAwaited(int step);

  /** A state was damaged from outside; it was deleted and is built again where it is needed. */
  void stateDamaged(StateId id, String damage);

  /** A new cluster is initialised first. */
  void baseStarted();
}
