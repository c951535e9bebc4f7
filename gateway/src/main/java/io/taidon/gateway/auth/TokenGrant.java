package io.taidon.gateway.auth;

import io.taidon.gateway.directory.Access;
import io.taidon.gateway.directory.InstanceReference;
import io.taidon.gateway.network.CidrBlock;
import java.time.Instant;
import java.util.Optional;

/**
 * What a new token is to say.
 *
 * @param network where its bearer must come from; empty for anywhere
 */
public record TokenGrant(
    InstanceReference instance,
    String role,
    Access access,
    Instant notBefore,
    Instant expiresAt,
    Optional<CidrBlock> network) {}
