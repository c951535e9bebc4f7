package io.taidon.engine.store;

import io.taidon.core.state.StateId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What was done to make the registry and the disk agree again.
 *
 * @param movedAside where the damaged registry is now
 * @param statesAdded states that were complete on disk and had no row
 * @param statesDropped states whose row was dropped because the directory or its description is
 *     gone
 * @param instancesAdded instances that were on disk and had no row
 * @param instancesDropped instances whose row was dropped because their directory is gone
 * @param orphans directories that belong to nothing, for the snapshot backend to delete
 * @param skipped files that could not be used
 */
public record Recovered(
    Optional<Path> movedAside,
    List<StateId> statesAdded,
    List<StateId> statesDropped,
    List<InstanceId> instancesAdded,
    List<InstanceId> instancesDropped,
    List<Path> orphans,
    List<Skipped> skipped) {
  public Recovered {
    statesAdded = List.copyOf(statesAdded);
    statesDropped = List.copyOf(statesDropped);
    instancesAdded = List.copyOf(instancesAdded);
    instancesDropped = List.copyOf(instancesDropped);
    orphans = List.copyOf(orphans);
    skipped = List.copyOf(skipped);
  }

  /** Whether anything was found that was not as it should be. */
  public boolean foundAnything() {
    return movedAside.isPresent()
        || !statesAdded.isEmpty()
        || !statesDropped.isEmpty()
        || !instancesAdded.isEmpty()
        || !instancesDropped.isEmpty()
        || !orphans.isEmpty()
        || !skipped.isEmpty();
  }

  /** A file that could not be used, and why. */
  public record Skipped(Path file, String reason) {}
}
