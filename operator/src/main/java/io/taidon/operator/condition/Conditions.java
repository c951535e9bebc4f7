package io.taidon.operator.condition;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.taidon.crds.v1alpha1.Reason;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes conditions; the time of transition changes only when the status does. */
public final class Conditions {
  private static final int LONGEST_MESSAGE = 4096;

  private Conditions() {}

  /** A condition with the status that its reason implies. */
  public static Condition of(
      String type,
      Reason reason,
      String message,
      @Nullable Long generation,
      @Nullable List<Condition> before,
      Instant now) {
    String status = reason.status();
    String since =
        find(before, type)
            .filter(old -> old.getStatus().equals(status))
            .map(Condition::getLastTransitionTime)
            .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString());
    return new ConditionBuilder()
        .withType(type)
        .withStatus(status)
        .withReason(reason.value())
        .withMessage(
            message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE))
        .withObservedGeneration(generation)
        .withLastTransitionTime(since)
        .build();
  }

  /** The condition of a type. */
  public static Optional<Condition> find(@Nullable List<Condition> conditions, String type) {
    return conditions == null
        ? Optional.empty()
        : conditions.stream().filter(condition -> condition.getType().equals(type)).findFirst();
  }

  /** Whether a condition has this reason. */
  public static boolean has(@Nullable List<Condition> conditions, String type, Reason reason) {
    return find(conditions, type).filter(c -> c.getReason().equals(reason.value())).isPresent();
  }
}
