package io.taidon.operator.cache;

import io.taidon.core.cache.Hold;
import java.util.Optional;

/**
 * What keeps a state from going.
 *
 * @param who names it for people, such as DbInstance `shop`
 * @param node the only node whose copy it needs, if it needs one only
 */
record Held(Hold hold, String who, Optional<String> node) {
  Held(Hold hold, String who) {
    this(hold, who, Optional.empty());
  }

  boolean concerns(String otherNode) {
    return node.map(otherNode::equals).orElse(true);
  }
}
