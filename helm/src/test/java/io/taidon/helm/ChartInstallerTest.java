package io.taidon.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taidon.helm.ChartInstaller.Order;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That the chart installs shows the end-to-end suite; here is what the command understands. */
class ChartInstallerTest {
  @Test
  void takes_what_helm_takes() {
    Order order =
        Order.of(
            "chart ns --set a.b=c=d --disable-openapi-validation --values v.yaml --set e="
                .split(" "));
    assertThat(order.chart()).isEqualTo(Path.of("chart"));
    assertThat(order.namespace()).isEqualTo("ns");
    assertThat(order.values()).contains(Path.of("v.yaml"));
    assertThat(order.isValidated()).isFalse();
    assertThat(order.settings())
        .containsExactly(new String[] {"a.b", "c=d"}, new String[] {"e", ""});
  }

  @ParameterizedTest
  @ValueSource(strings = {"chart", "chart ns --set", "chart ns --set a", "chart ns --wait"})
  void refuses_what_it_does_not_know(String line) {
    assertThatThrownBy(() -> Order.of(line.split(" ")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
