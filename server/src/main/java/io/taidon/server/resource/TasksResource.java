package io.taidon.server.resource;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.taidon.engine.Engine;
import io.taidon.engine.JobView.TaskView;
import io.taidon.server.stream.Ndjson;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The steps of jobs, over all jobs. */
@Path("/v1/tasks")
@RunOnVirtualThread
@Tag(name = "prepare jobs")
public final class TasksResource {
  private final Engine engine;

  @Inject
  TasksResource(Engine engine) {
    this.engine = engine;
  }

  @GET
  @Produces({MediaType.APPLICATION_JSON, Ndjson.TYPE})
  @Operation(operationId = "listTasks", summary = "The tasks of all jobs or of one")
  public List<TaskView> list(@QueryParam("job") Optional<String> job) {
    return engine.jobs(PrepareJobsResource.filter(job)).stream()
        .flatMap(view -> view.tasks().stream())
        .toList();
  }
}
