package io.taidon.engine;

import java.util.List;
import java.util.Optional;

/**
 * What a deletion did or would do.
 *
 * @param outcome {@code deleted}, {@code would_delete} or {@code blocked}; nothing is deleted when
 *     anything is blocked
 */
public record DeleteResult(boolean dryRun, String outcome, Node root) {

  /**
   * A thing that goes, with what goes with it.
   *
   * @param kind {@code state}, {@code instance}, {@code job} or {@code name}
   * @param connections client sessions, for instances that run
   * @param blocked {@code active_connections}, {@code has_descendants}, {@code
   *     blocked_by_descendant} or {@code active_tasks}
   * @param clients who is connected, where that is what blocks; the oldest sessions only
   */
  public record Node(
      String kind,
      String id,
      Optional<Integer> connections,
      Optional<String> blocked,
      List<ClientView> clients,
      List<Node> children) {
    public Node {
      clients = List.copyOf(clients);
      children = List.copyOf(children);
    }
  }
}
