package io.taidon.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {
  @ParameterizedTest
  @ValueSource(strings = {"a", "9", "a-b", "dev", "x--y", "0123456789abcdef0123456789abcde"})
  void goodNames(String text) {
    assertThatCode(() -> new InstanceName(text)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-a",
        "a-",
        "A",
        "a_b",
        "a.b",
        "ä",
        "a b",
        "a\n",
        "../x",
        "0123456789abcdef0123456789abcdef",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      })
  void badNames(String text) {
    assertInvalid(() -> new InstanceName(text));
  }

  @Test
  void aNameMayHave63Characters() {
    assertThatCode(() -> new InstanceName("a".repeat(63))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1234567", "1234567g", "12345678%", "' or 1=1 --"})
  void badPrefixes(String text) {
    assertInvalid(() -> new IdPrefix(text));
  }

  @Test
  void prefixesIgnoreCase() {
    assertThat(new IdPrefix("ABCDEF01").hex()).isEqualTo("abcdef01");
  }

  @Test
  void idsAreRandomAndChecked() {
    assertThat(InstanceId.random()).isNotEqualTo(InstanceId.random());
    assertThatThrownBy(() -> new InstanceId("x")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new JobId("../../etc")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new TaskId("A")).isInstanceOf(IllegalArgumentException.class);
    assertThat(TaskId.execute(3).text()).isEqualTo("execute-3");
  }

  @Test
  void theBootStaysTheSameInOneProcess() {
    assertThat(BootId.current()).isEqualTo(BootId.current());
  }

  private static void assertInvalid(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            TaidonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
  }
}
