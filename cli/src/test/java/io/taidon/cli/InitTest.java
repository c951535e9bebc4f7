package io.taidon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class InitTest extends CommandLineFixture {

  @Test
  void writesEveryKeyAndReadsItBack() throws IOException {
    assertThat(run("init", "--no-start", "--postgres-version", "17", "--snapshot", "copy"))
        .isZero();
    assertThat(out()).isEqualTo("created workspace " + directory + "\n");
    assertThat(Files.readString(config()))
        .contains(
            "\ndbms:\n  version: 17",
            "\nsnapshot:\n  backend: copy",
            "# client:\n#   timeout: 30s");
    api.jobThatSucceeds();
    assertThat(run("prepare:psql", "-f", "a")).isZero();
    assertThat(err()).doesNotContain("warning");
    assertThat(body("POST /v1/prepare-jobs")).contains("\"postgres_version\":17");
    assertThat(run("init", "--no-start")).isZero();
    assertThat(out()).startsWith("unchanged");
  }

  @Test
  void remembersTheStore() throws IOException {
    assertThat(run("init", "--no-start", "--store", "dir", "states")).isZero();
    assertThat(Files.readString(config())).contains("storePath: ", directory + "/states");
  }

  @Test
  void startsNothingForAnImageInADryRun() throws IOException {
    assertThat(run("init", "--dry-run", "--store", "image", "--store-size", "20GB")).isZero();
    assertThat(out()).startsWith("would create");
    assertThat(directory.resolve(".sqlrs")).doesNotExist();
  }

  @Test
  void keepsValuesWhenUpdating() throws IOException {
    run("init", "--no-start", "--postgres-version", "17");
    assertThat(run("init", "--no-start", "--update", "--snapshot", "copy")).isZero();
    assertThat(Files.readString(config())).contains("version: 17", "backend: copy");
  }

  @Test
  void namesFileAndLineOfACorruptConfiguration() throws IOException {
    write("client:\n  timeout: [1\n");
    for (String[] args : new String[][] {{"init", "--no-start"}, {"ls"}}) {
      assertThat(run(args)).isEqualTo(3);
      assertThat(err())
          .startsWith("error[config_corrupt]: The configuration file " + config() + ":3 ");
    }
    assertThat(run("init", "--no-start", "--update")).isZero();
    assertThat(run("init", "--no-start")).isZero();
  }

  @Test
  void refusesBombsAndWrongValues() throws IOException {
    StringBuilder bomb = new StringBuilder("a0: &a0 {x: 1}\n");
    for (int i = 1; i < 30; i++) {
      bomb.append("a%d: &a%d {l: *a%d, r: *a%d}\n".formatted(i, i, i - 1, i - 1));
    }
    write(bomb.toString());
    assertThat(run("ls")).isEqualTo(3);
    write("client:\n  timeout: soon\n");
    assertThat(run("ls")).isEqualTo(3);
    assertThat(err()).contains("'soon' at client.timeout");
    write("x".repeat(300_000));
    assertThat(run("ls")).isEqualTo(3);
  }

  @Test
  void warnsOfUnknownKeysAndLetsTheProjectWin() throws IOException {
    Path global = directory.resolve("xdg/sqlrs/config.yaml");
    Files.createDirectories(global.getParent());
    Files.writeString(global, "client: {output: json}\ndbms: {version: 16, flavour: x}\n");
    environment.put("XDG_CONFIG_HOME", directory.resolve("xdg").toString());
    write("dbms:\n  version: 17\n");
    api.jobThatSucceeds();
    assertThat(run("prepare:psql", "-f", "a")).isZero();
    assertThat(out()).startsWith("{");
    assertThat(err()).contains("warning: " + global + ": unknown key dbms.flavour is ignored");
    assertThat(body("POST /v1/prepare-jobs")).contains("\"postgres_version\":17");
  }

  @Test
  void staysOutOfOtherWorkspaces() throws IOException {
    Files.createDirectories(directory.resolve(".sqlrs"));
    Path inner = Files.createDirectories(directory.resolve("inner"));
    assertThat(run("init", "--no-start", "--workspace", "inner")).isEqualTo(2);
    assertThat(run("init", "--no-start", "--workspace", "inner", "--force", "--dry-run")).isZero();
    assertThat(inner.resolve(".sqlrs")).doesNotExist();
    assertThat(run("init", "--no-start", "--workspace", "inner", "--force")).isZero();
    assertThat(inner.resolve(".sqlrs/config.yaml")).exists();
  }

  @Test
  void tellsInvalidFlagsFromAnUnwritableWorkspace() throws IOException {
    assertThat(run("init", "--snapshot", "tape")).isEqualTo(64);
    assertThat(run("init", "--nope")).isEqualTo(64);
    assertThat(run("init", "--store", "imgae")).isEqualTo(64);
    assertThat(err()).contains("no kind of store 'imgae'");
    assertThat(run("init", "--store", "device")).isEqualTo(64);
    assertThat(run("init", "--store", "image", "--store-size", "20")).isEqualTo(64);
    assertThat(err()).contains("'20' is no size");
    assertThat(run("init", "--store", "dir", "--store-size", "20GB")).isEqualTo(64);
    assertThat(run("init", "--store-size", "20GB")).isEqualTo(64);
    assertThat(run("init", "--store", "image", "--reinit")).isEqualTo(64);
    assertThat(run("init", "somewhere")).isEqualTo(64);
    assertThat(directory.resolve(".sqlrs")).doesNotExist();
    Files.writeString(directory.resolve("file"), "");
    assertThat(run("init", "--no-start", "--workspace", "file")).isEqualTo(4);
  }

  private Path config() {
    return directory.resolve(".sqlrs/config.yaml");
  }

  private void write(String text) throws IOException {
    Files.createDirectories(config().getParent());
    Files.writeString(config(), text);
  }
}
