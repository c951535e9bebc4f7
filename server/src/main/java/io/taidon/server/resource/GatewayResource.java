package io.taidon.server.resource;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.taidon.server.gateway.EmbeddedGateway;
import io.taidon.server.gateway.TokenVault.Rotation;
import jakarta.inject.Inject;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The gateway of this server. */
@Path("/v1/gateway")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "gateway")
public final class GatewayResource {
  private final EmbeddedGateway gateway;

  @Inject
  GatewayResource(EmbeddedGateway gateway) {
    this.gateway = gateway;
  }

  @POST
  @Path("/token-keys/rotate")
  @Operation(
      operationId = "rotateTokenKeys",
      summary = "Sign tokens with a new key; those that are out stay good until they expire")
  public Rotation rotate() {
    return gateway.tokens().rotate();
  }
}
