package io.taidon.operator.cache;

import io.fabric8.kubernetes.api.model.Condition;
import io.taidon.crds.v1alpha1.ConditionTypes;
import io.taidon.crds.v1alpha1.StateSnapshot;
import io.taidon.operator.condition.Conditions;
import io.taidon.operator.job.JobStates;
import io.taidon.operator.state.Builder;
import io.taidon.operator.state.Snapshots;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which StateSnapshots without a copy have been remembered for long enough: the log of evictions is
 * bounded by age and number. Pure.
 */
final class Remembered {
  private Remembered() {}

  private record Gone(StateSnapshot snapshot, Instant since) {}

  static List<StateSnapshot> tooMany(ClusterView view, Limits limits) {
    Set<Builder> working = new HashSet<>();
    view.jobs().stream()
        .filter(job -> !JobStates.isFinished(job))
        .forEach(job -> working.add(Builder.of(job)));
    Map<String, List<Gone>> byNamespace = new HashMap<>();
    for (StateSnapshot snapshot : view.snapshots()) {
      boolean isWorkedOn = Builder.of(snapshot).filter(working::contains).isPresent();
      if (!isWorkedOn) {
        gone(snapshot)
            .ifPresent(gone ->
                byNamespace
                    .computeIfAbsent(snapshot.getMetadata().getNamespace(), _ -> new ArrayList<>())
                    .add(gone));
      }
    }
    Instant oldest = view.now().minus(limits.remember());
    List<StateSnapshot> enough = new ArrayList<>();
    byNamespace
        .values()
        .forEach(all -> {
          all.sort(Comparator.comparing(Gone::since).reversed());
          for (int i = 0; i < all.size(); i++) {
            if (i >= limits.rememberStates() || all.get(i).since().isBefore(oldest)) {
              enough.add(all.get(i).snapshot());
            }
          }
        });
    return enough;
  }

  private static Optional<Gone> gone(StateSnapshot snapshot) {
    if (snapshot.getMetadata().getDeletionTimestamp() != null
        || snapshot.getStatus() == null
        || !Snapshots.locations(snapshot).isEmpty()
        || !Snapshots.evictions(snapshot).isEmpty()) {
      return Optional.empty();
    }
    return Conditions.find(snapshot.getStatus().conditions(), ConditionTypes.KEPT)
        .filter(kept -> kept.getStatus().equals("False"))
        .map(Condition::getLastTransitionTime)
        .flatMap(Holds::time)
        .map(since -> new Gone(snapshot, since));
  }
}
