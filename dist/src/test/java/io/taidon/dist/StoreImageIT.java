package io.taidon.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store in an image of its own, as its user sees it: made, filled, gone at a reboot, back. */
class StoreImageIT {
  @TempDir Path directory;
  private Sqlrs sqlrs;

  @BeforeEach
  void open() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root to mount an image");
    assumeTrue(Files.exists(Path.of("/dev/loop-control")), "needs loop devices to mount an image");
    assumeTrue(Files.exists(Path.of("/usr/sbin/mkfs.xfs")), "needs mkfs.xfs");
    sqlrs = Sqlrs.empty(directory);
  }

  @AfterEach
  void close() throws Exception {
    if (sqlrs != null) {
      sqlrs.close();
      while (umount() == 0) {}
    }
  }

  @Test
  void it_is_made_once_and_mounted_when_it_is_needed() throws Exception {
    String[] init = {
      "init", "--snapshot", "reflink", "--store", "image", "--store-size", "1GB", "--no-start"
    };
    sqlrs.run(init).succeeded();
    sqlrs.run(init).succeeded();
    sqlrs
        .run("init", "--snapshot", "reflink", "--store", "image", "--store-size", "2GB")
        .failedWith(1, "conflict", "has a volume already");
    UnpackedSets.copyInto(sqlrs.store());
    JsonNode made = sqlrs.prepare("-c", "create table t (i int)");
    assertThat(made.get("backend").asText()).isEqualTo("reflink");

    JsonNode volume = status().get("engine").get("volume");
    assertThat(volume.get("kind").asText()).isEqualTo("image");
    assertThat(volume.get("file_system").asText()).isEqualTo("xfs");
    assertThat(sqlrs.run("status").succeeded().stdout())
        .contains("store.kind: image, xfs in " + sqlrs.store() + ".img", "store.freeBytes: ")
        .contains("snapshotBackend.can: copy on write");

    sqlrs.run("server", "stop").succeeded();
    Awaitility.await("umount").until(() -> umount() == 0);
    assertThat(status().get("store_mounted").asBoolean()).isFalse();
    assertThat(sqlrs.store()).as("status starts and writes nothing").isEmptyDirectory();

    JsonNode again = sqlrs.prepare("-c", "create table t (i int)");
    assertThat(again.get("cached").asBoolean()).isTrue();

    sqlrs.run("server", "stop").succeeded();
    Awaitility.await("umount").until(() -> umount() == 0);
    Path image = directory.resolve("store.img");
    Files.move(image, directory.resolve("elsewhere"));
    sqlrs.run("prepare:psql", "--", "-c", "select 1").failedWith(1, "store_unusable", "is missing");
    assertThat(sqlrs.store()).isEmptyDirectory();
  }

  private JsonNode status() {
    return sqlrs.run("--output", "json", "status").succeeded().json();
  }

  private int umount() throws IOException, InterruptedException {
    return new ProcessBuilder("umount", sqlrs.store().toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
