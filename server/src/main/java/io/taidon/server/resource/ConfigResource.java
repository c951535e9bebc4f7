package io.taidon.server.resource;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.Engine;
import io.taidon.server.error.Errors;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The engine's configuration, value by value. */
@Path("/v1/config")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "configuration")
public final class ConfigResource {
  private final Engine engine;

  @Inject
  ConfigResource(Engine engine) {
    this.engine = engine;
  }

  /** A value and where it is. */
  @Schema(
      name = "ConfigValue",
      requiredProperties = {"path", "value"})
  public record ConfigValue(
      @Schema(description = "Field names joined by dots.") @Nullable String path,
      @Schema(description = "Any JSON value.") @Nullable JsonNode value) {}

  @GET
  @Operation(
      operationId = "getConfig",
      summary = "A value, or the whole document without a path; with effective, defaults included")
  public ConfigValue get(
      @QueryParam("path") @DefaultValue("") String path,
      @QueryParam("effective") @DefaultValue("false") Flag effective) {
    return stored(path, effective.isSet());
  }

  @PATCH
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(operationId = "setConfig", summary = "Set and store a value")
  public ConfigValue set(@Nullable ConfigValue body) {
    ConfigValue change = Fields.body(body);
    String path = Fields.text("path", Fields.required("path", change.path()));
    JsonNode value = Fields.required("value", change.value());
    if (value.isNull()) {
      throw Errors.invalid("value", "The field \"value\" must not be null.")
          .remedy("Remove a value with DELETE /v1/config.");
    }
    engine.setConfig(path, value);
    return stored(path, false);
  }

  @DELETE
  @Operation(operationId = "removeConfig", summary = "Remove a value; the answer is what it was")
  public ConfigValue remove(@QueryParam("path") @DefaultValue("") String path) {
    if (path.isEmpty()) {
      throw Errors.invalid("path", "The query parameter \"path\" is missing.");
    }
    ConfigValue before = stored(path, false);
    if (!engine.removeConfig(path)) {
      throw notSet(path);
    }
    return before;
  }

  @GET
  @Path("/schema")
  @Operation(operationId = "getConfigSchema", summary = "The JSON Schema of the configuration")
  public JsonNode schema() {
    return engine.configSchema();
  }

  private ConfigValue stored(String path, boolean effective) {
    return engine
        .config(path, effective)
        .map(value -> new ConfigValue(path, value))
        .orElseThrow(() -> notSet(path));
  }

  private static TaidonException notSet(String path) {
    return TaidonException.of(ErrorCode.NOT_FOUND, "The value " + path + " is not set.")
        .with("path", path);
  }
}
