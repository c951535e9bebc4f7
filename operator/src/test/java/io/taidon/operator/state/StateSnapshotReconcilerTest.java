package io.taidon.operator.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.taidon.crds.v1alpha1.Api;
import org.junit.jupiter.api.Test;

class StateSnapshotReconcilerTest {
  /** The SDK shows a thing that is being deleted to nobody else, and only for its own finalizer. */
  @Test
  void is_asked_when_a_state_is_deleted() {
    assertThat(Cleaner.class).isAssignableFrom(StateSnapshotReconciler.class);
    assertThat(
            StateSnapshotReconciler.class
                .getAnnotation(ControllerConfiguration.class)
                .finalizerName())
        .isEqualTo(Api.FINALIZER_POOL);
  }
}
