package io.taidon.server.resource;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.taidon.engine.DeleteResult;
import io.taidon.engine.Engine;
import io.taidon.engine.ListFilter;
import io.taidon.engine.NameView;
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

/** Names of instances. */
@Path("/v1/names")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "names")
public final class NamesResource {
  private final Engine engine;

  @Inject
  NamesResource(Engine engine) {
    this.engine = engine;
  }

  @GET
  @Produces({MediaType.APPLICATION_JSON, Ndjson.TYPE})
  @Operation(operationId = "listNames", summary = "All names")
  public List<NameView> list(
      @QueryParam("instance") Optional<String> instance,
      @QueryParam("state") Optional<String> state) {
    return engine.names(
        new ListFilter(
            Optional.empty(),
            IdPrefix.of("state", state),
            IdPrefix.of("instance", instance),
            Optional.empty()));
  }

  @GET
  @Path("/{name}")
  @Operation(operationId = "getName", summary = "One name")
  public NameView get(@PathParam("name") String name) {
    return engine.name(name);
  }

  @DELETE
  @Path("/{name}")
  @Operation(operationId = "deleteName", summary = "Forget a name; the instance stays")
  public RestResponse<DeleteResult> delete(
      @PathParam("name") String name, @QueryParam("dry_run") @DefaultValue("false") Flag dryRun) {
    return Deletions.answer(engine.deleteName(name, dryRun.isSet()));
  }
}
