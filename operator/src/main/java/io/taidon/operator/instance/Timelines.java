package io.taidon.operator.instance;

import io.taidon.crds.v1alpha1.DbInstanceStatus.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Where the time of a start goes, as the operator gets to see it. Pure. */
final class Timelines {
  private Timelines() {}

  static Timeline begin(Instant now) {
    return new Timeline(InstanceStatuses.text(now), null, null, null, null);
  }

  /** The same timeline with what was passed by now; a mark that is set stays. */
  static Timeline mark(
      Optional<Timeline> before, Instant now, boolean bound, boolean started, boolean answered) {
    Timeline known = before.orElseGet(() -> begin(now));
    long millis = Duration.between(Instant.parse(known.requestTime()), now).toMillis();
    return new Timeline(
        known.requestTime(),
        known.boundMillis() == null && bound ? (Long) millis : known.boundMillis(),
        known.clonedMillis(),
        known.startedMillis() == null && started ? (Long) millis : known.startedMillis(),
        known.answeredMillis() == null && answered ? (Long) millis : known.answeredMillis());
  }
}
