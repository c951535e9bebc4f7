package io.taidon.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.core.state.GoldenIdentities.Case;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StateIdentityGoldenTest {

  static List<Case> cases() {
    return GoldenIdentities.load();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void ids_are_those_of_the_golden_file(Case golden) {
    assertThat(golden.compute()).as("state ids of %s", golden.name()).isEqualTo(golden.ids());
  }

  @Test
  void no_two_cases_end_in_the_same_state() {
    assertThat(cases().stream().map(c -> c.ids().getLast()))
        .doesNotHaveDuplicates()
        .hasSizeGreaterThanOrEqualTo(8);
  }
}
