package io.taidon.engine.build;

import io.taidon.core.explain.StepOrigin;
import io.taidon.core.plan.StepInput;
import io.taidon.core.state.Digest;
import io.taidon.core.state.KeyedDigest;
import java.util.List;

/**
 * What a build applies: the ordered steps of one request, with all that planning read. Immutable
 * and thread-safe.
 */
public interface Preparation {
  /** The steps as the planner needs them, in order. */
  List<StepInput> steps();

  /**
   * What each step is made of, in the same order, for later comparison. Computed anew by each call:
   * only what misses the cache needs it.
   */
  List<StepOrigin> origins(KeyedDigest key);

  /** The files that are read, each once, with what to compare them by. */
  List<ReadFile> files();

  /**
   * A file that a preparation reads.
   *
   * @param path relative to the workspace
   */
  record ReadFile(String path, Digest digest) {}

  /** Choices that the user did not make, one sentence each. */
  List<String> notes();

  /**
   * Whether states between the first and the last step may be taken from a running server where the
   * backend makes that atomic: a chain is built much faster, and a build that starts from such a
   * state later pays for a short crash recovery.
   */
  boolean takesStatesLive();

  /** What applies the steps, for one build. */
  Application open() throws InterruptedException;
}
