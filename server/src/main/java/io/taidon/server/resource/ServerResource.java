package io.taidon.server.resource;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.Engine;
import io.taidon.engine.StatusView;
import io.taidon.server.life.ServerIdentity;
import io.taidon.server.life.StopRequests;
import io.taidon.server.life.StopRequests.StopRequest;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirements;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** The server itself: whether it is there, how it is, and its end. */
@Path("/v1")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "server")
public final class ServerResource {
  private final Engine engine;
  private final ServerIdentity identity;
  private final StopRequests stopRequests;

  @Inject
  ServerResource(Engine engine, ServerIdentity identity, StopRequests stopRequests) {
    this.engine = engine;
    this.identity = identity;
    this.stopRequests = stopRequests;
  }

  /** Which server answers. */
  public record Health(boolean ok, String version, String instanceId, long pid) {}

  /** How to stop; everything absent is false. */
  @Schema(name = "ShutdownRequest")
  public record ShutdownBody(
      @Schema(description = "Leave the instances to the next server.", defaultValue = "false")
          Optional<Boolean> keepInstances,
      @Schema(description = "Stop although jobs run.", defaultValue = "false")
          Optional<Boolean> force) {}

  /** The server is on its way out. */
  public record Stopping(boolean keepInstances) {}

  @GET
  @Path("/health")
  @SecurityRequirements
  @Operation(operationId = "getHealth", summary = "Which server answers; needs no token")
  public Health health() {
    return new Health(true, identity.version(), identity.instanceId(), identity.pid());
  }

  @GET
  @Path("/status")
  @Operation(operationId = "getStatus", summary = "The engine at a glance")
  public StatusView status() {
    return engine.status();
  }

  @POST
  @Path("/shutdown")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(operationId = "shutdown", summary = "Stop the server, and the instances unless kept")
  @APIResponse(
      responseCode = "202",
      description = "The server is stopping.",
      content = @Content(schema = @Schema(implementation = Stopping.class)))
  public RestResponse<Stopping> shutdown(@Nullable ShutdownBody body) {
    boolean force = body != null && body.force().orElse(false);
    boolean keepInstances = body != null && body.keepInstances().orElse(false);
    int activeJobs = engine.status().activeJobs();
    if (activeJobs > 0 && !force) {
      throw TaidonException.of(
              ErrorCode.CONFLICT, "The server cannot stop: jobs that run: " + activeJobs + ".")
          .with("active_jobs", String.valueOf(activeJobs))
          .remedy("Wait for them, cancel them, or stop with force.");
    }
    stopRequests.ask(new StopRequest(keepInstances, "POST /v1/shutdown"));
    return RestResponse.status(RestResponse.Status.ACCEPTED, new Stopping(keepInstances));
  }
}
