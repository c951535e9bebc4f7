package io.taidon.server.resource;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.taidon.engine.Engine;
import io.taidon.engine.RunRequest;
import io.taidon.server.life.Activity;
import io.taidon.server.stream.Ndjson;
import io.taidon.server.stream.RunLine;
import io.taidon.server.stream.RunStream;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.StreamingOutput;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Runs of client tools. */
@Path("/v1/runs")
@RunOnVirtualThread
@Tag(name = "runs")
public final class RunsResource {
  private final Engine engine;
  private final ObjectMapper json;
  private final Activity activity;

  @Inject
  RunsResource(Engine engine, ObjectMapper json, Activity activity) {
    this.engine = engine;
    this.json = json;
    this.activity = activity;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(Ndjson.TYPE)
  @Operation(
      operationId = "run",
      summary = "Run psql or pgbench against an instance; closing the connection ends the tool")
  @APIResponse(
      responseCode = "200",
      description = "start, then output as it comes, then exit or error, one a line.",
      content = @Content(mediaType = Ndjson.TYPE, schema = @Schema(implementation = RunLine.class)))
  public StreamingOutput run(@Nullable RunBody body, @Context RoutingContext exchange) {
    RunRequest request = Fields.body(body).toRequest();
    String instanceId = engine.instance(request.instanceRef()).instanceId();
    return new RunStream(engine, json, activity, exchange, request, instanceId);
  }
}
