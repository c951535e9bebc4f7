package io.taidon.operator.instance;

import io.taidon.crds.v1alpha1.InstanceReason;
import io.taidon.crds.v1alpha1.StateSnapshot;

/** What an instance starts from. */
sealed interface Origin {
  /** The state is there. */
  record Found(StateSnapshot snapshot) implements Origin {}

  /** It is not. */
  record Missing(InstanceReason reason, String sentence) implements Origin {}
}
