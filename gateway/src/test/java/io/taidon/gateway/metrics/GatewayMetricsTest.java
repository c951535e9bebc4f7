package io.taidon.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.taidon.gateway.admission.Refusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class GatewayMetricsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final GatewayMetrics metrics = new GatewayMetrics(registry);

  @Test
  void countWhatHappens() {
    metrics.connected();
    metrics.connected();
    metrics.disconnected();
    metrics.login(Login.SCRAM);
    metrics.refused(Refusal.Reason.RATE);
    metrics.sessionOpened();
    metrics.phase(Phase.DIAL, Duration.ofMillis(3).toNanos());
    metrics.phase(Phase.DIAL, -1);
    metrics.relayed(5, 0);
    metrics.relayed(6, 7);
    assertThat(registry.get("taidon.gateway.connections").gauge().value()).isEqualTo(1);
    assertThat(registry.get("taidon.gateway.accepted").counter().count()).isEqualTo(2);
    assertThat(registry.get("taidon.gateway.logins").tag("outcome", "scram").counter().count())
        .isEqualTo(1);
    assertThat(registry.get("taidon.gateway.refused").tag("reason", "rate").counter().count())
        .isEqualTo(1);
    assertThat(registry.get("taidon.gateway.connect").tag("phase", "dial").timer().count())
        .isEqualTo(2);
    assertThat(registry.get("taidon.gateway.relayed").tag("from", "client").counter().count())
        .isEqualTo(11);
    metrics.sessionEnded(SessionEnd.CLIENT, Duration.ofSeconds(1));
    assertThat(registry.get("taidon.gateway.sessions").gauge().value()).isZero();
  }

  @Test
  void areThereBeforeAnythingHappensAndAreOnlySoMany() {
    int before = registry.getMeters().size();
    Arrays.stream(Login.values()).forEach(metrics::login);
    Arrays.stream(Opened.values()).forEach(metrics::opened);
    Arrays.stream(Cancel.values()).forEach(metrics::cancel);
    Arrays.stream(Refusal.Reason.values()).forEach(metrics::refused);
    Arrays.stream(Phase.values()).forEach(phase -> metrics.phase(phase, 1));
    Arrays.stream(Wake.values()).forEach(wake -> metrics.woke(wake, Duration.ZERO));
    assertThat(registry.getMeters()).hasSize(before);
  }

  @Test
  void areDocumentedUnderTheNamesThatPrometheusGets() throws Exception {
    PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    GatewayMetrics unused = new GatewayMetrics(prometheus);
    unused.connected();
    String documentation =
        Files.readString(Path.of("../docs/gateway.md")).replace("`..._", "`taidon_gateway_");
    prometheus
        .scrape()
        .lines()
        .filter(line -> line.startsWith("# TYPE taidon"))
        .map(line -> line.split(" ")[2])
        .filter(name -> !name.endsWith("_max"))
        .forEach(name -> assertThat(documentation).contains("`" + name));
    prometheus.close();
  }
}
