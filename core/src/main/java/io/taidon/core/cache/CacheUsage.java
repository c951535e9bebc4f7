package io.taidon.core.cache;

/**
 * What the cache and its file system hold, in bytes.
 *
 * @param usedBytes what the states take, shared bytes counted once
 * @param freeBytes what the file system has left for us
 * @param totalBytes the size of the file system
 */
public record CacheUsage(long usedBytes, long freeBytes, long totalBytes) {}
