package io.taidon.operator.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.crds.v1alpha1.PrepareJobSpec;
import org.junit.jupiter.api.Test;

class SpecRulesTest {
  @Test
  void one_tool_a_step_and_one_source_or_none() {
    accepts("{steps: [{psql: {args: [-c, select 1]}}, {liquibase: {args: [update]}}]}");
    accepts("{steps: [{psql: {args: [-f, a]}}], source: {configMapRef: {name: a}}}");
  }

  @Test
  void a_step_with_no_tool_or_two_is_named() {
    refuses("{steps: [{psql: {args: [-c, a]}}, {}]}", "spec.steps[1]");
    refuses("{steps: [{psql: {args: [a]}, liquibase: {args: [a]}}]}", "spec.steps[0]");
  }

  @Test
  void a_source_of_no_kind_or_two_is_refused() {
    String steps = "{steps: [{psql: {args: [a]}}], ";
    refuses(steps + "source: {}}", "spec.source");
    refuses(steps + "source: {configMapRef: {name: a}, volumeClaimRef: {name: b}}}", "spec.source");
  }

  private static void accepts(String spec) {
    assertThatCode(() -> SpecRules.check(read(spec))).doesNotThrowAnyException();
  }

  private static void refuses(String spec, String place) {
    assertThatThrownBy(() -> SpecRules.check(read(spec)))
        .isInstanceOfSatisfying(
            TaidonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining(place);
  }

  private static PrepareJobSpec read(String yaml) {
    // What begins with a brace would be read as JSON.
    return Serialization.unmarshal("---\n" + yaml, PrepareJobSpec.class);
  }
}
