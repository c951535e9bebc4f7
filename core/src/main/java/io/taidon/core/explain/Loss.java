package io.taidon.core.explain;

import java.time.Instant;

/** The end of a state. */
public record Loss(LossReason reason, Instant at) {}
