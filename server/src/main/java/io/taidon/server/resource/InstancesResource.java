package io.taidon.server.resource;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.taidon.engine.DeleteResult;
import io.taidon.engine.Engine;
import io.taidon.engine.InstanceView;
import io.taidon.engine.ListFilter;
import io.taidon.server.stream.Ndjson;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Instances: listed, started, stopped, extended, deleted. */
@Path("/v1/instances")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "instances")
public final class InstancesResource {
  private final Engine engine;
  private final TokenIssue tokens;

  @Inject
  InstancesResource(Engine engine, TokenIssue tokens) {
    this.engine = engine;
    this.tokens = tokens;
  }

  @GET
  @Produces({MediaType.APPLICATION_JSON, Ndjson.TYPE})
  @Operation(operationId = "listInstances", summary = "All instances, without their DSNs")
  public List<InstanceView> list(
      @QueryParam("id_prefix") Optional<String> idPrefix,
      @QueryParam("state") Optional<String> state) {
    return engine.instances(
        new ListFilter(
            IdPrefix.of("id_prefix", idPrefix),
            IdPrefix.of("state", state),
            Optional.empty(),
            Optional.empty()));
  }

  @GET
  @Path("/{ref}")
  @Operation(operationId = "getInstance", summary = "One instance with its DSN")
  public InstanceView get(@PathParam("ref") String ref) {
    return engine.instance(ref);
  }

  @POST
  @Path("/{ref}/start")
  @Operation(
      operationId = "startInstance",
      summary = "Start a stopped or crashed instance on the port it had")
  public InstanceView start(@PathParam("ref") String ref) {
    return engine.startInstance(ref);
  }

  @POST
  @Path("/{ref}/stop")
  @Operation(operationId = "stopInstance", summary = "Stop an instance; its data stays")
  public InstanceView stop(@PathParam("ref") String ref) {
    return engine.stopInstance(ref);
  }

  @POST
  @Path("/{ref}/extend")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "extendInstance",
      summary = "Let an instance live on for a time from now")
  public InstanceView extend(@PathParam("ref") String ref, @Nullable ExtendBody body) {
    return engine.extendInstance(ref, Optional.ofNullable(body).orElse(ExtendBody.STANDARD).ttl());
  }

  @POST
  @Path("/{ref}/tokens")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "issueToken",
      summary = "A token that lets its bearer into one instance through the gateway, for a time")
  public IssuedToken token(@PathParam("ref") String ref, @Nullable TokenBody body) {
    return tokens.issue(ref, Optional.ofNullable(body).orElse(TokenBody.STANDARD));
  }

  @DELETE
  @Path("/{ref}")
  @Operation(operationId = "deleteInstance", summary = "Delete an instance and its data")
  public RestResponse<DeleteResult> delete(
      @PathParam("ref") String ref,
      @QueryParam("force") @DefaultValue("false") Flag force,
      @QueryParam("dry_run") @DefaultValue("false") Flag dryRun) {
    return Deletions.answer(engine.deleteInstance(ref, force.isSet(), dryRun.isSet()));
  }
}
