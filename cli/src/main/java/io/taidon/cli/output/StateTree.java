package io.taidon.cli.output;

import io.taidon.cli.client.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** States in the order of a tree, each with one character a level before its id. */
public final class StateTree {

  /**
   * A state in its place.
   *
   * @param prefix empty for a root; {@code +} has later siblings, a backtick is the last one,
   *     {@code |} continues an ancestor
   */
  public record Row(String prefix, Json state) {}

  private final Map<String, List<Json>> children = new LinkedHashMap<>();
  private final Set<String> placed = new HashSet<>();
  private final List<Row> rows = new ArrayList<>();

  private StateTree() {}

  /** A state whose parent is not in the list is a root. */
  public static List<Row> rows(List<Json> states) {
    StateTree tree = new StateTree();
    Set<String> ids = new HashSet<>();
    states.forEach(state -> ids.add(state.string("state_id")));
    List<Json> roots = new ArrayList<>();
    for (Json state : states) {
      String parent = state.string("parent_state_id");
      if (ids.contains(parent)) {
        tree.children.computeIfAbsent(parent, p -> new ArrayList<>()).add(state);
      } else {
        roots.add(state);
      }
    }
    roots.forEach(root -> tree.place(root, "", ""));
    return tree.rows;
  }

  private void place(Json state, String prefix, String below) {
    if (!placed.add(state.string("state_id"))) {
      return;
    }
    rows.add(new Row(prefix, state));
    List<Json> inner = children.getOrDefault(state.string("state_id"), List.of());
    for (int i = 0; i < inner.size(); i++) {
      boolean isLast = i == inner.size() - 1;
      place(inner.get(i), below + (isLast ? "`" : "+"), below + (isLast ? " " : "|"));
    }
  }
}
