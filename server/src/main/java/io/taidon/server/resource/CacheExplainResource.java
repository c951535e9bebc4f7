package io.taidon.server.resource;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.taidon.engine.Engine;
import io.taidon.engine.ExplainView;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Explanations: why a request would hit the cache or miss it. */
@Path("/v1/cache/explain")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "cache")
public final class CacheExplainResource {
  private final Engine engine;

  @Inject
  CacheExplainResource(Engine engine) {
    this.engine = engine;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "explainPrepare",
      summary = "Say why a prepare hits the cache or misses it; run nothing")
  public ExplainView explain(
      @RequestBody(
              required = true,
              content = @Content(schema = @Schema(implementation = PrepareBody.class)))
          @Nullable PrepareBody body) {
    return engine.explain(Fields.body(body).toRequest());
  }
}
