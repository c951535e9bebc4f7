package io.taidon.gateway.directory;

import java.time.Instant;

/**
 * How an instance is being used through this gateway.
 *
 * @param sessions authenticated sessions that are open now
 * @param lastActivity when a client last asked for something; pings of pools and keep-alives of
 *     replication do not count
 */
public record SessionActivity(String instanceId, int sessions, Instant lastActivity) {}
