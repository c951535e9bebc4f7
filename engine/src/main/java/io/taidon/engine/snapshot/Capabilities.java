package io.taidon.engine.snapshot;

/**
 * What a backend can do beyond the contract.
 *
 * @param copyOnWrite a clone takes no space until it is written to
 * @param liveSnapshotIsAtomic a snapshot under a running server is one point in time, so that crash
 *     recovery makes it good
 * @param readOnlyStates the file system refuses writes to a state
 * @param exclusiveBytes {@link Usage#exclusiveBytes} is known
 * @param quotaPerClone the file system can limit a clone's size (no operation uses that yet)
 * @param sendReceive the file system can send a state as a difference from another (no operation
 *     uses that yet)
 */
public record Capabilities(
    boolean copyOnWrite,
    boolean liveSnapshotIsAtomic,
    boolean readOnlyStates,
    boolean exclusiveBytes,
    boolean quotaPerClone,
    boolean sendReceive) {}
