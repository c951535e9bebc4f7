package io.taidon.server.resource;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.DeleteResult;
import io.taidon.engine.Engine;
import io.taidon.engine.EventStream;
import io.taidon.engine.JobEvent;
import io.taidon.engine.JobStatus;
import io.taidon.engine.JobView;
import io.taidon.engine.ListFilter;
import io.taidon.server.error.Errors;
import io.taidon.server.stream.JobStream;
import io.taidon.server.stream.Ndjson;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Prepare jobs: submitted, watched, cancelled, forgotten. */
@Path("/v1/prepare-jobs")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "prepare jobs")
public final class PrepareJobsResource {
  private static final String PSQL_EXAMPLE =
      """
      {"prepare_kind": "psql", "psql_args": ["-v", "tenants=3", "-f", "schema.sql", "-f", "-"], \
      "stdin": "insert into t values (1);", "work_dir": "/home/me/app/db", \
      "workspace": "/home/me/app", "postgres_version": 17, "name": "dev", "name_policy": "create"}\
      """;

  private static final String LIQUIBASE_EXAMPLE =
      """
      {"prepare_kind": "lb", "liquibase_args": ["update", "--changelog-file", \
      "db/changelog/master.xml"], "checkpoint": 10, "work_dir": "/home/me/app", \
      "workspace": "/home/me/app"}\
      """;

  private final Engine engine;
  private final ObjectMapper json;

  @Inject
  PrepareJobsResource(Engine engine, ObjectMapper json) {
    this.engine = engine;
    this.json = json;
  }

  /** Where a new job is. */
  @Schema(name = "SubmittedJob")
  public record Submitted(
      @Schema(description = "job, on the first line of a stream of events; else absent.")
          Optional<String> type,
      String jobId,
      String statusUrl,
      String eventsUrl,
      JobStatus status) {

    static Submitted of(Optional<String> type, JobView job) {
      String url = "/v1/prepare-jobs/" + job.jobId();
      return new Submitted(type, job.jobId(), url, url + "/events", job.status());
    }
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces({MediaType.APPLICATION_JSON, Ndjson.TYPE})
  @Operation(
      operationId = "submitPrepareJob",
      summary = "Submit a prepare job; with Accept: application/x-ndjson also follow its events")
  @APIResponse(
      responseCode = "201",
      description = "The job is stored and goes on whether or not a client watches.",
      content = {
        @Content(
            mediaType = MediaType.APPLICATION_JSON,
            schema = @Schema(implementation = Submitted.class)),
        @Content(mediaType = Ndjson.TYPE, schema = @Schema(implementation = JobEvent.class))
      })
  public Response submit(
      @RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON,
                      schema = @Schema(implementation = PrepareBody.class),
                      examples = {
                        @ExampleObject(name = "psql", value = PSQL_EXAMPLE),
                        @ExampleObject(name = "lb", value = LIQUIBASE_EXAMPLE)
                      }))
          @Nullable PrepareBody body,
      @Context HttpHeaders headers,
      @Context RoutingContext exchange) {
    JobView job = engine.submit(Fields.body(body).toRequest());
    Submitted submitted = Submitted.of(Optional.empty(), job);
    Response.ResponseBuilder response = Response.created(URI.create(submitted.statusUrl()));
    if (!wantsNdjson(headers)) {
      return response.type(MediaType.APPLICATION_JSON_TYPE).entity(submitted).build();
    }
    Submitted firstLine = Submitted.of(Optional.of("job"), job);
    return response
        .type(Ndjson.TYPE)
        .entity(new JobStream(engine, json, exchange, job.jobId(), 1, Optional.of(firstLine)))
        .build();
  }

  private static boolean wantsNdjson(HttpHeaders headers) {
    MediaType ndjson = MediaType.valueOf(Ndjson.TYPE);
    MediaType first = headers.getAcceptableMediaTypes().getFirst();
    return ndjson.getSubtype().equals(first.getSubtype());
  }

  @GET
  @Produces({MediaType.APPLICATION_JSON, Ndjson.TYPE})
  @Operation(operationId = "listPrepareJobs", summary = "All jobs, newest first")
  public List<JobView> list(@QueryParam("job") Optional<String> job) {
    return engine.jobs(filter(job));
  }

  static ListFilter filter(Optional<String> job) {
    return new ListFilter(
        Optional.empty(), Optional.empty(), Optional.empty(), IdPrefix.of("job", job));
  }

  @GET
  @Path("/{ref}")
  @Operation(operationId = "getPrepareJob", summary = "One job with its tasks, result and error")
  public JobView get(@PathParam("ref") String ref) {
    return engine.job(ref);
  }

  @DELETE
  @Path("/{ref}")
  @Operation(
      operationId = "deletePrepareJob",
      summary = "Forget a job that is over; its instance stays")
  public RestResponse<DeleteResult> delete(
      @PathParam("ref") String ref,
      @QueryParam("force") @DefaultValue("false") Flag force,
      @QueryParam("dry_run") @DefaultValue("false") Flag dryRun) {
    return Deletions.answer(engine.deleteJob(ref, force.isSet(), dryRun.isSet()));
  }

  @POST
  @Path("/{ref}/cancel")
  @Operation(
      operationId = "cancelPrepareJob",
      summary = "Ask a job to stop: 202 asked, 200 over already")
  @APIResponse(responseCode = "200", description = "The job was over already.")
  @APIResponse(
      responseCode = "202",
      description = "The job was asked to stop.",
      content = @Content(schema = @Schema(implementation = JobView.class)))
  public RestResponse<JobView> cancel(@PathParam("ref") String ref) {
    boolean asked = engine.cancel(ref);
    return RestResponse.status(
        asked ? RestResponse.Status.ACCEPTED : RestResponse.Status.OK, engine.job(ref));
  }

  @GET
  @Path("/{ref}/events")
  @Produces(Ndjson.TYPE)
  @Operation(
      operationId = "followPrepareJob",
      summary = "The events of a job until it is over, one a line")
  @APIResponse(
      responseCode = "200",
      description = "All events.",
      content =
          @Content(mediaType = Ndjson.TYPE, schema = @Schema(implementation = JobEvent.class)))
  @APIResponse(
      responseCode = "206",
      description = "The events from the one asked for in Range.",
      content =
          @Content(mediaType = Ndjson.TYPE, schema = @Schema(implementation = JobEvent.class)))
  @APIResponse(responseCode = "416", description = "The job is over and has fewer events.")
  public Response events(
      @PathParam("ref") String ref,
      @HeaderParam("Range") Optional<String> rangeHeader,
      @Context RoutingContext exchange)
      throws InterruptedException {
    EventRange range = EventRange.of(rangeHeader);
    JobView job = engine.job(ref);
    if (range.asked() && job.status().isTerminal() && isBeyondEnd(job.jobId(), range.first())) {
      return beyondEnd(job.jobId(), range);
    }
    return Response.status(range.asked() ? 206 : 200)
        .header("Content-Range", range.contentRange())
        .entity(new JobStream(engine, json, exchange, job.jobId(), range.first(), Optional.empty()))
        .build();
  }

  private boolean isBeyondEnd(String jobId, long first) throws InterruptedException {
    try (EventStream events = engine.events(jobId, first)) {
      return events.next(Duration.ofSeconds(1)).isEmpty() && events.isOver();
    }
  }

  private static Response beyondEnd(String jobId, EventRange range) {
    TaidonException reason =
        Errors.invalid(
            "Range", "Job " + jobId + " is over and has no event " + range.first() + ".");
    return Response.status(416)
        .type(MediaType.APPLICATION_JSON_TYPE)
        .entity(Errors.of(reason))
        .build();
  }
}
