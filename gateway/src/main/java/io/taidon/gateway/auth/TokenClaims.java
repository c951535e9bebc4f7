package io.taidon.gateway.auth;

import io.taidon.gateway.directory.Access;
import io.taidon.gateway.network.CidrBlock;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;

/**
 * What a valid token says.
 *
 * @param instance the instance that its bearer may reach, as a reference
 * @param role the role it was issued for
 * @param expiresAt when it ends; sessions that are open then stay open
 * @param network where its bearer must come from, if that was said
 * @param id the token's own name, unique for its signer
 * @param keyId the name of the key that signed it
 */
public record TokenClaims(
    String instance,
    String role,
    Access access,
    Instant expiresAt,
    Optional<CidrBlock> network,
    String id,
    String keyId) {

  /** Whether a client at this address may use it. */
  public boolean allows(InetAddress client) {
    return network.isEmpty() || network.get().contains(client);
  }
}
