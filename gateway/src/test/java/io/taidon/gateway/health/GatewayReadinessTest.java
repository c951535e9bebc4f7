package io.taidon.gateway.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.gateway.TestingDirectory;
import org.junit.jupiter.api.Test;

class GatewayReadinessTest {
  @Test
  void asksTheDirectoryUntilTheGatewayDrains() {
    TestingDirectory directory = new TestingDirectory();
    GatewayReadiness readiness = new GatewayReadiness(directory);
    assertThat(readiness.obstacle()).isEmpty();
    directory.object("the instances are not known yet");
    assertThat(readiness.obstacle()).hasValue("the instances are not known yet");
    readiness.drains();
    assertThat(readiness.obstacle()).hasValue("draining");
  }
}
