package io.taidon.core.plan;

import io.taidon.core.state.Digest;
import io.taidon.core.state.StateId;
import java.util.List;

/**
 * A step with the states before and after it.
 *
 * @param number 1 for the first
 * @param cached whether the plan does not need to run it, because its output or a later one is
 *     there
 */
public record PlannedStep(
    int number,
    StepKind kind,
    String label,
    StateId input,
    Digest hash,
    StateId output,
    boolean cached,
    List<String> warnings) {}
