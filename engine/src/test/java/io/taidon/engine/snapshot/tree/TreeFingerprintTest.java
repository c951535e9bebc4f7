package io.taidon.engine.snapshot.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.engine.snapshot.copy.CopyBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeFingerprintTest {
  @TempDir Path directory;
  private Path tree;

  @BeforeEach
  void fill() throws IOException {
    tree = Files.createDirectories(directory.resolve("tree"));
    Files.createDirectories(tree.resolve("base/1"));
    Files.createDirectories(tree.resolve("base/2"));
    Files.writeString(tree.resolve("base/1/a"), "content of a");
    Files.writeString(tree.resolve("base/1/b"), "content of b");
    Files.createSymbolicLink(tree.resolve("link"), Path.of("base"));
  }

  @Test
  void every_change_of_names_sizes_and_times_gives_another_mark() throws IOException {
    Set<String> marks = new HashSet<>();
    marks.add(mark());
    assertThat(mark()).as("the same while nothing changes").isIn(marks);

    Files.writeString(tree.resolve("base/1/a"), "content");
    assertThat(marks.add(mark())).as("truncated").isTrue();
    Files.setLastModifiedTime(tree.resolve("base/1/a"), FileTime.fromMillis(1_000));
    assertThat(marks.add(mark())).as("written at another time").isTrue();
    Files.move(tree.resolve("base/1/a"), tree.resolve("base/2/a"));
    assertThat(marks.add(mark())).as("moved").isTrue();
    Files.createDirectory(tree.resolve("base/3"));
    assertThat(marks.add(mark())).as("an empty directory more").isTrue();
    Files.delete(tree.resolve("link"));
    assertThat(marks.add(mark())).as("a link less").isTrue();
    Files.delete(tree.resolve("base/1/b"));
    assertThat(marks.add(mark())).as("a file less").isTrue();
  }

  @Test
  void a_copy_with_its_times_has_the_same_mark() {
    Path copy = directory.resolve("copy");
    CopyBackend.create().clone(tree, copy);
    assertThat(TreeFingerprint.of(copy)).isEqualTo(mark());
  }

  private String mark() {
    return TreeFingerprint.of(tree);
  }
}
