package io.taidon.gateway;

import java.util.Map;

/**
 * Who is connected at one moment.
 *
 * @param connections sockets of clients, whether they have logged in or not
 * @param sessions authenticated sessions by the id of their instance, those that wait for it to
 *     wake included; instances without one are left out
 */
public record Census(int connections, Map<String, Integer> sessions) {
  public Census {
    sessions = Map.copyOf(sessions);
  }

  /** The authenticated sessions of one instance. */
  public int sessionsOf(String instanceId) {
    return sessions.getOrDefault(instanceId, 0);
  }
}
