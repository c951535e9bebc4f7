package io.taidon.core.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class ErrorCodeTest {

  @Test
  void wire_codes_are_the_names_in_lower_case_so_that_nobody_needs_a_table() {
    assertThat(ErrorCode.values())
        .allMatch(c -> c.wireCode().equals(c.name().toLowerCase(Locale.ROOT)));
  }

  @Test
  void every_code_is_explained_to_users() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "errors.md"));
    assertThat(
            Arrays.stream(ErrorCode.values())
                .map(c ->
                    "| `" + c.wireCode() + "` | " + c.exitCode() + " | " + c.httpStatus() + " |"))
        .allSatisfy(row -> assertThat(page).contains(row));
  }
}
