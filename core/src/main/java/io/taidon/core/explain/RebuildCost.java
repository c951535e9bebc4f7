package io.taidon.core.explain;

/**
 * What it takes to get to the wanted state.
 *
 * @param stepsToRun how many steps must run
 * @param initdb whether state 0 must be made first
 * @param millis what those cost of which anything is known
 * @param stepsMeasured steps that were built before, exactly so
 * @param stepsEstimated steps whose cost is that of the same or the unedited step elsewhere
 * @param stepsUnknown steps of which nothing is known; they are not in {@code millis}
 */
public record RebuildCost(
    int stepsToRun,
    boolean initdb,
    long millis,
    int stepsMeasured,
    int stepsEstimated,
    int stepsUnknown) {}
