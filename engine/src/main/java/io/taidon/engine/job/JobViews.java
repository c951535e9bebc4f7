package io.taidon.engine.job;

import io.taidon.engine.JobEvent;
import io.taidon.engine.JobView;
import io.taidon.engine.JobView.ErrorView;
import io.taidon.engine.JobView.PrepareResult;
import io.taidon.engine.JobView.TaskView;
import io.taidon.engine.instance.InstanceDsns.Dsns;
import io.taidon.engine.store.EventType;
import io.taidon.engine.store.JobRecord;
import io.taidon.engine.store.TaskRecord;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Turns what the registry keeps of jobs into what hosts see, and back. */
final class JobViews {
  private JobViews() {}

  /** {@code dsns} are put into the result, if there is one. */
  static JobView job(JobRecord job, List<TaskRecord> tasks, Dsns dsns) {
    return new JobView(
        job.id().hex(),
        job.status(),
        job.kind(),
        JobJson.read(job.requestJson(), StoredRequest.class).argsNormalized(),
        job.planOnly(),
        job.createdAt(),
        job.startedAt(),
        job.finishedAt(),
        tasks.stream().map(JobViews::task).toList(),
        result(job).map(r -> r.with(dsns.preferred(), dsns.direct())),
        job.errorJson().map(json -> JobJson.read(json, ErrorView.class)));
  }

  static Optional<PrepareResult> result(JobRecord job) {
    return job.resultJson().map(json -> JobJson.read(json, PrepareResult.class));
  }

  static TaskView task(TaskRecord task) {
    return new TaskView(
        task.job().hex(),
        task.id().text(),
        task.type().wireName(),
        task.status(),
        task.label(),
        task.input().map(s -> s.hex()),
        task.stepHash().map(h -> h.hex()),
        task.output().map(s -> s.hex()),
        task.cached(),
        task.startedAt()
            .flatMap(s -> task.finishedAt().map(f -> Duration.between(s, f).toMillis())),
        task.warnings());
  }

  static io.taidon.engine.store.JobEvent.Draft draft(JobEvent event) {
    return new io.taidon.engine.store.JobEvent.Draft(
        EventType.valueOf(event.type().toUpperCase(Locale.ROOT)), JobJson.write(event));
  }

  static JobEvent event(io.taidon.engine.store.JobEvent stored) {
    return JobJson.read(stored.json(), JobEvent.class).numbered(stored.seq());
  }
}
