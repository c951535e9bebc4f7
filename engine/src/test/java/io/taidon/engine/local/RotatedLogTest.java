package io.taidon.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotatedLogTest {
  @TempDir Path directory;

  @Test
  void a_log_begins_anew_under_the_hands_of_its_writer() throws IOException {
    Path log = directory.resolve("x.log");
    RotatedLog rotated = new RotatedLog(log, 2);
    try (OutputStream writer =
        Files.newOutputStream(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (int i = 1; i <= 4; i++) {
        writer.write(("line " + i + "\n").getBytes(StandardCharsets.UTF_8));
        rotated.limit(100);
        assertThat(log).as("within the limit").hasContent("line " + i);
        rotated.limit(3);
        assertThat(log).isEmptyFile();
      }
    }
    assertThat(directory.resolve("x.log.1")).hasContent("line 4");
    assertThat(directory.resolve("x.log.2")).hasContent("line 3");
    assertThat(directory.resolve("x.log.3")).doesNotExist();
  }

  @Test
  void older_ones_go_when_they_are_too_many_or_too_old() throws IOException {
    Instant now = Instant.now();
    for (int number : new int[] {1, 2, 3, 7}) {
      Path old = Files.writeString(directory.resolve("x.log." + number), "x");
      Files.setLastModifiedTime(old, FileTime.from(now.minus(Duration.ofDays(number))));
    }
    Path other = Files.writeString(directory.resolve("y.log.1"), "x");
    RotatedLog rotated = new RotatedLog(directory.resolve("x.log"), 3);
    rotated.limit(1);
    rotated.retire(Instant.MIN);
    assertThat(directory.resolve("x.log.3")).exists();
    assertThat(directory.resolve("x.log.7")).doesNotExist();
    rotated.retire(now.minus(Duration.ofHours(36)));
    assertThat(directory.resolve("x.log.1")).exists();
    assertThat(directory.resolve("x.log.2")).doesNotExist();
    assertThat(directory.resolve("x.log.3")).doesNotExist();
    assertThat(other).exists();
  }
}
