package io.taidon.engine.snapshot;

import java.util.OptionalLong;

/**
 * What a cluster directory holds.
 *
 * @param logicalBytes the sum of the regular files' sizes, holes included
 * @param exclusiveBytes the bytes of file data that no other directory shares, which is about what
 *     deleting it frees; empty where the file system does not tell
 * @param files the number of regular files
 */
public record Usage(long logicalBytes, OptionalLong exclusiveBytes, long files) {}
