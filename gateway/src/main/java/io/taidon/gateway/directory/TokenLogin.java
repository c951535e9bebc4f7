package io.taidon.gateway.directory;

import io.taidon.core.scram.ScramKeys;
import java.util.Optional;

/**
 * Who a token's bearer is at the backend.
 *
 * @param role the role to log in as, which need not be the one asked for
 * @param keys what to log in with; empty where the way in is {@link BackendLogin.Trusted}
 */
public record TokenLogin(String role, Optional<ScramKeys> keys) {}
