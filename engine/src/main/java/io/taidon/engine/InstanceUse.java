package io.taidon.engine;

import java.time.Instant;

/**
 * How an instance is used through the gateway.
 *
 * @param sessions authenticated sessions that are open, those that wait for the server included
 * @param lastActivity when a client last asked for something
 */
public record InstanceUse(int sessions, Instant lastActivity) {}
