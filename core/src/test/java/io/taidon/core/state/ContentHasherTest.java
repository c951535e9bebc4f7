package io.taidon.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentHasherTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void how_a_run_is_cut_into_pieces_does_not_matter(int seed) {
    Random random = new Random(seed);
    byte[] text = "create table t (i int); -- ü\n".repeat(50).getBytes(StandardCharsets.UTF_8);
    ContentHasher pieces = new ContentHasher();
    for (int offset = 0; offset < text.length; ) {
      int length = Math.min(random.nextInt(20), text.length - offset);
      pieces.text(text, offset, length);
      offset += length;
    }
    assertThat(pieces.finish()).isEqualTo(new ContentHasher().text(text, 0, text.length).finish());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "text=64:"})
  void text_include_data_and_absence_are_never_confused(String content) {
    Digest inner = StateIdentity.digest(content);
    byte[] asText = inner.hex().getBytes(StandardCharsets.UTF_8);
    assertThat(
            java.util.List.of(
                new ContentHasher().text(asText, 0, asText.length).finish(),
                new ContentHasher().include(inner).finish(),
                new ContentHasher().data(inner).finish(),
                new ContentHasher().absent().finish(),
                new ContentHasher().finish()))
        .doesNotHaveDuplicates();
  }
}
