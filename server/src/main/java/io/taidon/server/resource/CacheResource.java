package io.taidon.server.resource;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.taidon.engine.CacheView;
import io.taidon.engine.Engine;
import io.taidon.server.error.Errors;
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
import java.util.OptionalLong;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The cache of states: how it is, what went and why, and room on request. */
@Path("/v1")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "cache")
public final class CacheResource {
  private static final int MOST_RUNS = 1_000;

  private final Engine engine;

  @Inject
  CacheResource(Engine engine) {
    this.engine = engine;
  }

  /** What to evict. */
  @Schema(name = "EvictionRequest")
  public record EvictBody(
      @Schema(
              description =
                  "What all states may take afterwards, in bytes; absent evicts all that may go.")
          Optional<Long> toBytes,
      @Schema(description = "Say only what would go.", defaultValue = "false")
          Optional<Boolean> dryRun) {}

  /** Whether a state is pinned now. */
  public record Pin(
      boolean pinned,
      @Schema(description = "Whether that was different before.") boolean changed) {}

  @GET
  @Path("/cache/status")
  @Operation(operationId = "getCacheStatus", summary = "How the cache is, and its limits")
  public CacheView status() {
    return engine.cache();
  }

  @GET
  @Path("/cache/evictions")
  @Operation(
      operationId = "listEvictions",
      summary = "The newest passes of evictions, with what went and what was before and after")
  public List<CacheView.Run> evictions(@QueryParam("limit") @DefaultValue("20") int limit) {
    if (limit < 1 || limit > MOST_RUNS) {
      throw Errors.invalid(
          "limit", "The query parameter \"limit\" must be 1 to " + MOST_RUNS + ".");
    }
    return engine.evictions(limit);
  }

  @GET
  @Path("/cache/states")
  @Operation(operationId = "listCacheStates", summary = "What each state is to the cache")
  public List<CacheView.StateDetails> states() {
    return engine.cacheDetails();
  }

  @POST
  @Path("/cache/evict")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(operationId = "evict", summary = "Evict states now, what is cheapest to lose first")
  public CacheView.Evicted evict(@Nullable EvictBody body) {
    Optional<Long> toBytes = body == null ? Optional.empty() : body.toBytes();
    if (toBytes.filter(bytes -> bytes < 0).isPresent()) {
      throw Errors.invalid("to_bytes", "The field \"to_bytes\" must not be negative.");
    }
    boolean dryRun = body != null && body.dryRun().orElse(false);
    return engine.evict(
        toBytes.isPresent() ? OptionalLong.of(toBytes.get()) : OptionalLong.empty(), dryRun);
  }

  @POST
  @Path("/states/{ref}/pin")
  @Operation(operationId = "pinState", summary = "Keep a state whatever the pressure")
  public Pin pin(@PathParam("ref") String ref) {
    return new Pin(true, engine.pinState(ref, true));
  }

  @DELETE
  @Path("/states/{ref}/pin")
  @Operation(operationId = "unpinState", summary = "Let a state be evicted again")
  public Pin unpin(@PathParam("ref") String ref) {
    return new Pin(false, engine.pinState(ref, false));
  }
}
