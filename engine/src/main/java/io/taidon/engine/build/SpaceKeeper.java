package io.taidon.engine.build;

import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import io.taidon.engine.snapshot.SnapshotBackend;
import java.nio.file.Path;

/**
 * Port: keeps the states of a store within their limits. Builds ask before they run steps and
 * before each state; who wants a state that is there never asks. Thread-safe.
 *
 * <p>The calls that make room may wait until other states are gone, and throw {@link
 * TaidonException} with {@code CACHE_FULL_UNRECLAIMABLE}, {@code CACHE_LIMIT_TOO_SMALL} or {@code
 * CACHE_ENFORCEMENT_UNAVAILABLE}.
 */
public interface SpaceKeeper {
  /** Before steps run: makes sure that the file system has room for work at all. */
  void beforeSteps() throws InterruptedException;

  /**
   * Before a state is kept: makes room for it, and counts it as if it were there until the answer
   * is closed.
   *
   * @param parent what the directory was cloned from
   * @param directory the cluster that is to become the state
   * @param copies whether the directory stays, so that a backend that copies needs room for both
   */
  Room makeRoom(
      StateId state, StateId parent, SnapshotBackend backend, Path directory, boolean copies)
      throws InterruptedException;

  /**
   * Says of a failure on a full disk what holds the states, where none of them can go; any other
   * failure stays as it is. What can go does so soon after.
   */
  TaidonException explain(TaidonException failure);

  /** Room for one state. */
  interface Room extends AutoCloseable {
    /** The state is there now. */
    void taken();

    @Override
    void close();
  }
}
