package io.taidon.operator.cache;

import io.fabric8.kubernetes.api.model.Condition;
import io.taidon.core.cache.Hold;
import io.taidon.crds.v1alpha1.ConditionTypes;
import io.taidon.crds.v1alpha1.KeptReason;
import io.taidon.crds.v1alpha1.StateSnapshot;
import io.taidon.crds.v1alpha1.StateSnapshotStatus;
import io.taidon.crds.v1alpha1.StateSnapshotStatus.Eviction;
import io.taidon.operator.condition.Conditions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says of a state why it stays, or what evicted it: the condition {@code Kept}. Pure. */
final class KeptConditions {
  private static final int NAMED = 5;

  private KeptConditions() {}

  /** The condition; empty for a state that was never there. */
  static Optional<Condition> of(
      StateSnapshot snapshot, Holds holds, List<Eviction> evictions, Instant now) {
    @Nullable List<Condition> before =
        snapshot.getStatus() == null ? null : snapshot.getStatus().conditions();
    Optional<Condition> old = Conditions.find(before, ConditionTypes.KEPT);
    List<Copy> copies = Copy.of(snapshot);
    if (copies.stream().anyMatch(copy -> !isGoing(copy, evictions))) {
      return Optional.of(kept(snapshot, holds.of(StateKey.of(snapshot)), before, now));
    }
    Optional<Eviction> going = evictions.stream().findFirst();
    if (going.isPresent()) {
      KeptReason reason = reason(going.get().reason());
      return Optional.of(condition(snapshot, reason, sentence(reason, going.get()), before, now));
    }
    if (old.isEmpty() || old.get().getStatus().equals("False")) {
      return old; // Was never there, or went and is not back.
    }
    return Optional.of(
        condition(snapshot, KeptReason.LOST, KeptReason.LOST.meaning(), before, now));
  }

  private static boolean isGoing(Copy copy, List<Eviction> evictions) {
    return evictions.stream()
        .anyMatch(entry ->
            entry.node().equals(copy.pool().node()) && entry.readyTime().equals(copy.readyTime()));
  }

  private static Condition kept(
      StateSnapshot snapshot, List<Held> held, @Nullable List<Condition> before, Instant now) {
    if (held.isEmpty()) {
      return condition(
          snapshot,
          KeptReason.EVICTABLE,
          KeptReason.EVICTABLE.meaning() + worth(snapshot.getStatus()),
          before,
          now);
    }
    KeptReason reason = reason(held.getFirst().hold());
    List<String> holders = held.stream().map(Held::who).distinct().toList();
    String named = holders.stream().limit(NAMED).collect(Collectors.joining(", "));
    int more = holders.size() - Math.min(NAMED, holders.size());
    return condition(
        snapshot,
        reason,
        reason.meaning() + " Held by " + named + (more > 0 ? " and " + more + " more" : "") + ".",
        before,
        now);
  }

  private static String worth(StateSnapshotStatus status) {
    long uses = Objects.requireNonNullElse(status.uses(), 0L);
    long bytes =
        status.locations().stream()
            .mapToLong(location -> Objects.requireNonNullElse(location.exclusiveBytes(), 0L))
            .sum();
    return " Used "
        + uses
        + (uses == 1 ? " time" : " times")
        + (status.lastUseTime() == null ? "" : ", last at " + status.lastUseTime())
        + "; its step took "
        + (status.buildMillis() == null ? "an unknown time" : seconds(status.buildMillis()))
        + "; deleting it frees "
        + Blockers.bytes(bytes)
        + ".";
  }

  private static String sentence(KeptReason reason, Eviction eviction) {
    return reason.meaning()
        + " Evicted at "
        + eviction.decisionTime()
        + ": of what could go it was the cheapest to lose. Making it again takes about "
        + seconds(Objects.requireNonNullElse(eviction.rebuildMillis(), 0L))
        + " on top of what is kept; deleting it frees "
        + Blockers.bytes(Objects.requireNonNullElse(eviction.bytes(), 0L))
        + ". A PrepareJob that needs it builds it again.";
  }

  private static String seconds(long millis) {
    Duration time = Duration.ofMillis(millis);
    return time.compareTo(Duration.ofSeconds(10)) < 0 ? millis + " ms" : time.toSeconds() + " s";
  }

  private static Condition condition(
      StateSnapshot snapshot,
      KeptReason reason,
      String message,
      @Nullable List<Condition> before,
      Instant now) {
    return Conditions.of(
        ConditionTypes.KEPT, reason, message, snapshot.getMetadata().getGeneration(), before, now);
  }

  static KeptReason reason(String value) {
    return Arrays.stream(KeptReason.values())
        .filter(reason -> reason.value().equals(value))
        .findFirst()
        .orElse(KeptReason.LOST);
  }

  private static KeptReason reason(Hold hold) {
    return switch (hold) {
      case INSTANCE, NAME -> KeptReason.HELD_BY_INSTANCE;
      case JOB -> KeptReason.HELD_BY_JOB;
      case PIN -> KeptReason.PINNED;
      case DEPENDANTS -> KeptReason.NEEDED_BY_POOL;
      case YOUNG -> KeptReason.YOUNG;
      case SHARED -> throw new IllegalArgumentException("workspaces are not of the cluster");
    };
  }
}
