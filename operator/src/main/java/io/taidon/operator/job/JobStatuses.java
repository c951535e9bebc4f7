package io.taidon.operator.job;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.taidon.crds.v1alpha1.ConditionTypes;
import io.taidon.crds.v1alpha1.JobReason;
import io.taidon.crds.v1alpha1.NameRef;
import io.taidon.crds.v1alpha1.PrepareJob;
import io.taidon.crds.v1alpha1.PrepareJobStatus;
import io.taidon.operator.Names;
import io.taidon.operator.condition.Conditions;
import io.taidon.operator.job.JobProgress.Planned;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns progress into a status. The only place that knows the conditions of a job. */
final class JobStatuses {
  private JobStatuses() {}

  /** The job with nothing but its new status, to be applied. */
  static PrepareJob of(PrepareJob job, JobProgress progress, Instant now) {
    PrepareJob said = new PrepareJob();
    said.setMetadata(
        new ObjectMetaBuilder()
            .withName(job.getMetadata().getName())
            .withNamespace(job.getMetadata().getNamespace())
            .build());
    said.setStatus(status(job, progress, now));
    return said;
  }

  private static PrepareJobStatus status(PrepareJob job, JobProgress progress, Instant now) {
    @Nullable PrepareJobStatus before = job.getStatus();
    Optional<Planned> planned = progress.planned();
    Integer steps =
        planned.map(p -> p.plan().steps().size()).orElse(before == null ? null : before.steps());
    return new PrepareJobStatus(
        job.getMetadata().getGeneration(),
        conditions(job, progress, now),
        planned
            .map(p -> p.plan().finalState().hex())
            .orElse(before == null ? null : before.stateId()),
        planned
            .map(p -> new NameRef(Names.snapshot(p.plan().finalState())))
            .orElse(before == null ? null : before.stateRef()),
        planned
            .map(p -> new NameRef(p.planName()))
            .orElse(before == null ? null : before.planRef()),
        planned
            .flatMap(Planned::sourceRevision)
            .orElse(before == null ? null : before.sourceRevision()),
        steps,
        // How many were there when the job began, not by now.
        before != null && before.cachedSteps() != null
            ? before.cachedSteps()
            : planned.map(p -> p.plan().reusedSteps()).orElse(null),
        planned
            .map(p -> p.plan().reusedSteps())
            .orElse(before == null ? null : before.completedSteps()),
        progress.attempts() == 0 ? null : (Integer) progress.attempts(),
        progress.isFinal() ? null : progress.pod().map(NameRef::new).orElse(null),
        before != null && before.startTime() != null ? before.startTime() : text(now),
        progress.isFinal() ? text(now) : null,
        progress
            .failure()
            .map(f ->
                new PrepareJobStatus.Failure(
                    f.code().wireCode(),
                    f.sentence(),
                    f.step().orElse(null),
                    f.place().orElse(null),
                    f.sqlState().orElse(null)))
            .orElse(null));
  }

  private static List<Condition> conditions(PrepareJob job, JobProgress progress, Instant now) {
    List<Condition> before = job.getStatus() == null ? null : job.getStatus().conditions();
    Long generation = job.getMetadata().getGeneration();
    boolean known =
        progress.planned().isPresent()
            || Conditions.has(before, ConditionTypes.PLANNED, JobReason.PLAN_KNOWN);
    JobReason planning =
        known ? JobReason.PLAN_KNOWN : progress.isFinal() ? progress.reason() : JobReason.PLANNING;
    return List.of(
        Conditions.of(
            ConditionTypes.PLANNED,
            planning,
            known ? JobReason.PLAN_KNOWN.meaning() : progress.message(),
            generation,
            before,
            now),
        Conditions.of(
            ConditionTypes.SUCCEEDED,
            progress.reason(),
            progress.message(),
            generation,
            before,
            now));
  }

  private static String text(Instant time) {
    return time.truncatedTo(ChronoUnit.MILLIS).toString();
  }
}
