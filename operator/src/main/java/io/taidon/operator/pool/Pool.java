package io.taidon.operator.pool;

import java.time.Instant;

/** A node's pool as its plugin last reported it. Bytes. */
public record Pool(
    String node,
    String stateClass,
    String backend,
    long totalBytes,
    long freeBytes,
    Instant reportTime) {}
