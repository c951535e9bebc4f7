package io.taidon.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bad input and bad luck: each ends in a code, a sentence and an exit code, and loses nothing. */
class BadInputIT {
  @TempDir Path directory;
  private Sqlrs sqlrs;

  @BeforeEach
  void open() throws IOException {
    sqlrs = Sqlrs.in(directory);
    sqlrs.write("good.sql", "create table good (i int);\n");
  }

  @AfterEach
  void close() throws IOException {
    sqlrs.close();
  }

  @Test
  void a_missing_file() throws IOException {
    prepare("-f", "nowhere.sql").failedWith(1, "file_not_found", "nowhere.sql");
    sqlrs.write("outer.sql", "select 1;\n\\i inner/gone.sql\n");
    prepare("-f", "outer.sql").failedWith(1, "file_not_found", "inner/gone.sql", "outer.sql:2");
    nothingIsLost();
  }

  @Test
  void a_cycle_of_includes() throws IOException {
    sqlrs.write("a.sql", "\\ir b.sql\n");
    sqlrs.write("b.sql", "\\ir a.sql\n");
    prepare("-f", "a.sql").failedWith(1, "include_cycle", "a.sql", "b.sql");
    nothingIsLost();
  }

  @Test
  void a_path_outside_the_workspace_also_through_a_link() throws IOException {
    Path outside = Files.writeString(directory.resolve("outside.sql"), "select 1;\n");
    prepare("-f", "../outside.sql")
        .failedWith(1, "path_outside_workspace", "outside.sql", "--workspace");
    Files.createSymbolicLink(sqlrs.workspace().resolve("innocent.sql"), outside);
    prepare("-f", "innocent.sql").failedWith(1, "path_outside_workspace");
    nothingIsLost();
  }

  @Test
  void a_syntax_error_in_line_3_of_the_second_include_and_the_step_before_it_stays()
      throws IOException {
    sqlrs.write("main.sql", "\\ir parts/first.sql\n\\ir parts/second.sql\n");
    sqlrs.write("parts/first.sql", "create table first (i int);\n");
    Path second = sqlrs.write("parts/second.sql", "create table second (i int);\n\nselec 1;\n");

    prepare("-f", "good.sql", "-f", "main.sql")
        .failedWith(1, "script_failed", "parts/second.sql:3", "42601", "selec");

    Files.writeString(second, "create table second (i int);\n");
    JsonNode mended = sqlrs.prepare("-f", "good.sql", "-f", "main.sql");
    assertThat(mended.get("steps_run").asInt()).isEqualTo(1);
  }

  @Test
  void a_script_of_200_megabytes_is_read_in_constant_memory_and_one_over_the_limit_is_refused()
      throws IOException {
    Path large = sqlrs.workspace().resolve("large.sql");
    try (BufferedWriter out = Files.newBufferedWriter(large)) {
      out.write("create table large (i int);\n");
      String comment = "-- " + "x".repeat(1020) + "\n";
      for (int i = 0; i < 200 * 1024; i++) {
        out.write(comment);
      }
      out.write("insert into large values (1);\n");
    }
    sqlrs.run("config", "set", "limits.scriptBytes", "100000000").succeeded();
    prepare("-f", "large.sql").failedWith(1, "script_too_large", "limits.scriptBytes");

    sqlrs.run("config", "rm", "limits.scriptBytes").succeeded();
    JsonNode built = sqlrs.prepare("-f", "large.sql");
    assertThat(sqlrs.query(built.get("instance_id").asText(), "postgres", "select i from large"))
        .isEqualTo("1");
  }

  @Test
  void binary_garbage() throws IOException {
    byte[] garbage = new byte[100_000];
    new java.util.Random(1).nextBytes(garbage);
    Files.write(sqlrs.workspace().resolve("garbage.sql"), garbage);
    prepare("-f", "good.sql", "-f", "garbage.sql").failedWith(1, "invalid_script", "garbage.sql");
    nothingIsLost();
  }

  @Test
  void no_postgres_found() {
    sqlrs
        .run("prepare:psql", "--dbms-home", "/nowhere/pg", "--", "-f", "good.sql")
        .failedWith(1, "postgres_not_found", "/nowhere/pg");
    sqlrs
        .run("prepare:psql", "--postgres-version", "14", "--", "-f", "good.sql")
        .failedWith(1, "postgres_not_found", "14");
    nothingIsLost();
  }

  @Test
  void an_occupied_port() throws IOException {
    try (ServerSocket occupied = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(occupied.getLocalPort());
      sqlrs
          .run("prepare:psql", "--port", port, "--", "-f", "good.sql")
          .failedWith(1, "port_in_use", port);
    }
    nothingIsLost();
    assertThat(
            sqlrs.run("--output", "json", "ls", "--instances").succeeded().json().get("instances"))
        .hasSize(1);
  }

  @Test
  void connection_options_are_refused() {
    prepare("-h", "db.example.com", "-f", "good.sql")
        .failedWith(2, "connection_option_refused", "-h");
    prepare("-f", "good.sql", "mydb").failedWith(2, "connection_option_refused", "mydb");
    nothingIsLost();
  }

  @Test
  void a_corrupt_registry_is_set_aside_and_rebuilt_from_what_is_on_disk() throws IOException {
    JsonNode built = sqlrs.prepare("-f", "good.sql");
    sqlrs.run("rm", "-f", built.get("instance_id").asText()).succeeded();
    sqlrs.run("server", "stop").succeeded();
    Path registry = sqlrs.store().resolve("registry.db");
    try (RandomAccessFile file = new RandomAccessFile(registry.toFile(), "rw")) {
      byte[] garbage = new byte[(int) file.length()];
      new java.util.Random(2).nextBytes(garbage);
      file.write(garbage);
    }

    JsonNode again = sqlrs.prepare("-f", "good.sql");

    assertThat(again.get("state_id")).isEqualTo(built.get("state_id"));
    assertThat(again.get("cached").asBoolean()).as("states on disk are found again").isTrue();
    try (var files = Files.list(sqlrs.store())) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .anyMatch(n -> n.startsWith("registry.db.corrupt-"));
    }
  }

  @Test
  void a_full_disk() throws Exception {
    assumeThat(
            Files.isExecutable(Path.of("/usr/sbin/mkfs.ext4"))
                || Files.isExecutable(Path.of("/sbin/mkfs.ext4")))
        .as("mkfs.ext4 is installed")
        .isTrue();
    assumeThat(System.getProperty("user.name"))
        .as("only root can mount a small file system")
        .isEqualTo("root");
    Path image = directory.resolve("disk.img");
    Path mounted = Files.createDirectory(directory.resolve("disk"));
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(400L << 20);
    }
    command("mkfs.ext4", "-q", "-F", image.toString());
    command("mount", "-o", "loop", image.toString(), mounted.toString());
    try (Sqlrs small = sqlrs.withStore(Files.createDirectory(mounted.resolve("store")))) {
      JsonNode first = small.prepare("-f", "good.sql");
      small.write(
          "huge.sql",
          "create table huge as select repeat(md5(i::text), 50) from generate_series(1, 1000000) i;\n");
      small
          .run("prepare:psql", "--", "-f", "good.sql", "-f", "huge.sql")
          .failedWith(1, "disk_full");

      assertThat(small.leftovers()).isEmpty();
      assertThat(
              small.query(
                  first.get("instance_id").asText(), "postgres", "select count(*) from good"))
          .isEqualTo("0");
      assertThat(small.prepare("-f", "good.sql").get("cached").asBoolean()).isTrue();
    } finally {
      command("umount", mounted.toString());
    }
  }

  @Test
  void wrong_usage_names_the_mistake() {
    sqlrs.run("prepare:psq", "--", "-f", "good.sql").failedWith(2, "prepare:psql");
    sqlrs.run("prepare:psql").failedWith(2);
    sqlrs
        .run("run:psql", "--instance", "0123456789abcdef", "--", "-c", "select 1")
        .failedWith(1, "not_found");
    sqlrs
        .run("prepare:psql", "--image", "postgres:17", "--", "-f", "good.sql")
        .failedWith(2, "--postgres-version");
  }

  private Sqlrs.Result prepare(String... psqlArgs) {
    List<String> args = new java.util.ArrayList<>(List.of("prepare:psql", "--"));
    args.addAll(List.of(psqlArgs));
    return sqlrs.run(args.toArray(String[]::new));
  }

  /** After any failure a good prepare works, and nothing half-made lies about. */
  private void nothingIsLost() {
    try {
      sqlrs.run("prepare:psql", "--", "-f", "good.sql").succeeded();
      assertThat(sqlrs.leftovers()).isEmpty();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void command(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as("%s: %s", String.join(" ", command), output).isZero();
  }
}
