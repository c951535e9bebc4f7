package io.taidon.operator.cache;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.taidon.crds.v1alpha1.Api;
import io.taidon.crds.v1alpha1.ConditionTypes;
import io.taidon.crds.v1alpha1.StateSnapshot;
import io.taidon.crds.v1alpha1.StateSnapshotStatus;
import io.taidon.crds.v1alpha1.StateSnapshotStatus.Eviction;
import io.taidon.crds.v1alpha1.StateSnapshotStatus.LastEviction;
import io.taidon.operator.condition.Conditions;
import io.taidon.operator.state.Snapshots;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Writes the cache's part of a StateSnapshot's status, by server-side apply, if it has changed. */
@ApplicationScoped
class CacheStatuses {
  private static final Logger LOG = Logger.getLogger(CacheStatuses.class);
  private static final int UNPROCESSABLE = 422;

  private final KubernetesClient client;
  private final ClusterViews views;

  CacheStatuses(KubernetesClient client, ClusterViews views) {
    this.client = client;
    this.views = views;
  }

  /**
   * Says what is decided of a state, and why it stays otherwise. What the API server refuses for
   * one state is logged and tried again at the next look, so that it does not keep the others.
   *
   * @return whether it stands there now
   */
  boolean say(
      StateSnapshot snapshot,
      Holds holds,
      List<Eviction> evictions,
      @Nullable LastEviction last,
      Instant now) {
    Optional<Condition> kept = KeptConditions.of(snapshot, holds, evictions, now);
    if (isSame(snapshot, kept, evictions, last)) {
      return true;
    }
    StateSnapshot said = new StateSnapshot();
    said.setMetadata(
        new ObjectMetaBuilder()
            .withName(snapshot.getMetadata().getName())
            .withNamespace(snapshot.getMetadata().getNamespace())
            .withUid(snapshot.getMetadata().getUid())
            .build());
    said.setStatus(
        StateSnapshotStatus.ofCache(kept.map(List::of).orElse(List.of()), evictions, last));
    try {
      views.wrote(client.resource(said).subresource("status").patch(apply()));
      return true;
    } catch (KubernetesClientException e) {
      switch (e.getCode()) {
        // Gone, or another one of that name: the next look sees that.
        case HttpURLConnection.HTTP_NOT_FOUND, HttpURLConnection.HTTP_CONFLICT -> {}
        case UNPROCESSABLE ->
            LOG.warnf(
                "The API server refuses what was decided of state %s: %s",
                snapshot.getMetadata().getName(), e.getMessage());
        default -> throw e;
      }
      return false;
    }
  }

  private static boolean isSame(
      StateSnapshot snapshot,
      Optional<Condition> kept,
      List<Eviction> evictions,
      @Nullable LastEviction last) {
    @Nullable StateSnapshotStatus before = snapshot.getStatus();
    Optional<Condition> old =
        Conditions.find(before == null ? null : before.conditions(), ConditionTypes.KEPT);
    return evictions.equals(Snapshots.evictions(snapshot))
        && Objects.equals(last, before == null ? null : before.lastEviction())
        && kept.map(Condition::getReason).equals(old.map(Condition::getReason))
        && kept.map(Condition::getMessage).equals(old.map(Condition::getMessage));
  }

  private static PatchContext apply() {
    return new PatchContext.Builder()
        .withPatchType(PatchType.SERVER_SIDE_APPLY)
        .withFieldManager(Api.MANAGER_CACHE)
        .withForce(true)
        .build();
  }
}
