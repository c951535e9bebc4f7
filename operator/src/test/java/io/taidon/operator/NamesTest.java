package io.taidon.operator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "shop",
        "shop.v1",
        "a-very-long-name-that-goes-on-and-on-until-no-pod-may-be-called-so.and-a-dot"
      })
  void children_have_names_that_pods_may_have(String owner) {
    assertThat(Names.child(owner, "build-0"))
        .matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
        .endsWith("-build-0");
    assertThat(Names.label(owner)).hasSizeLessThanOrEqualTo(63);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.b", "a-b"})
  void names_that_differ_have_children_that_differ(String owner) {
    String other = owner.equals("a.b") ? "a-b" : "a.b";
    assertThat(Names.child(owner, "plan")).isNotEqualTo(Names.child(other, "plan"));
  }
}
