package io.taidon.core.lifetime;

import java.time.Instant;

/**
 * How an instance is used at one moment.
 *
 * @param sessions sessions of clients that are open
 * @param lastActivity when a client last asked for something, or the server came up; it may lie in
 *     the future where the clock was set back
 */
public record Usage(int sessions, Instant lastActivity) {}
