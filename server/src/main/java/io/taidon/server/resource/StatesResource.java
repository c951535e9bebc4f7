package io.taidon.server.resource;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.taidon.engine.DeleteResult;
import io.taidon.engine.Engine;
import io.taidon.engine.ListFilter;
import io.taidon.engine.StateView;
import io.taidon.server.stream.Ndjson;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
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

/** States: listed and deleted; only jobs make them. */
@Path("/v1/states")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "states")
public final class StatesResource {
  private final Engine engine;

  @Inject
  StatesResource(Engine engine) {
    this.engine = engine;
  }

  @GET
  @Produces({MediaType.APPLICATION_JSON, Ndjson.TYPE})
  @Operation(operationId = "listStates", summary = "All states")
  public List<StateView> list(@QueryParam("id_prefix") Optional<String> idPrefix) {
    return engine.states(
        new ListFilter(
            IdPrefix.of("id_prefix", idPrefix),
            Optional.empty(),
            Optional.empty(),
            Optional.empty()));
  }

  @GET
  @Path("/{ref}")
  @Operation(operationId = "getState", summary = "One state")
  public StateView get(@PathParam("ref") String ref) {
    return engine.state(ref);
  }

  @DELETE
  @Path("/{ref}")
  @Operation(
      operationId = "deleteState",
      summary = "Delete a state, with recurse also what was made from it")
  public RestResponse<DeleteResult> delete(
      @PathParam("ref") String ref,
      @QueryParam("recurse") @DefaultValue("false") Flag recurse,
      @QueryParam("force") @DefaultValue("false") Flag force,
      @QueryParam("dry_run") @DefaultValue("false") Flag dryRun) {
    return Deletions.answer(
        engine.deleteState(ref, recurse.isSet(), force.isSet(), dryRun.isSet()));
  }
}
