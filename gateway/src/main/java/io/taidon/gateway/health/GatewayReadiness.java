package io.taidon.gateway.health;

import io.taidon.gateway.directory.InstanceDirectory;
import java.util.Optional;

/** A gateway is ready unless it drains, or its directory has an objection. Thread-safe. */
public final class GatewayReadiness implements Readiness {
  private final InstanceDirectory directory;
  private volatile boolean draining;

  public GatewayReadiness(InstanceDirectory directory) {
    this.directory = directory;
  }

  /** From now on it is not ready any more. */
  public void drains() {
    draining = true;
  }

  @Override
  public Optional<String> obstacle() {
    return draining ? Optional.of("draining") : directory.obstacle();
  }
}
