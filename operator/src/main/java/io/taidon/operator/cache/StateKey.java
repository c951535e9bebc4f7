package io.taidon.operator.cache;

import io.taidon.crds.v1alpha1.StateSnapshot;

/** A state of a namespace: two namespaces may have states of one id, which share nothing. */
record StateKey(String namespace, String id) {
  static StateKey of(StateSnapshot snapshot) {
    return new StateKey(snapshot.getMetadata().getNamespace(), snapshot.getSpec().id());
  }

  StateKey sibling(String otherId) {
    return new StateKey(namespace, otherId);
  }
}
