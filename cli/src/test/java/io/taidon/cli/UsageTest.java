package io.taidon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.cli.command.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Model.OptionSpec;

class UsageTest extends CommandLineFixture {

  @ParameterizedTest
  @CsvSource({
    "prepare, Did you mean `sqlrs prepare:psql`?",
    "stauts, Did you mean `sqlrs status`?",
    "xyzzyx, `sqlrs help` lists the commands.",
    "ls \u2013\u2013all, Write --all with the hyphen of the keyboard.",
    "\u2014output json ls, Write --output with the hyphen of the keyboard.",
    "ls --nope, See `sqlrs ls --help`.",
    "prepare:psql --image postgres:17 -f a, Choose the server with --postgres-version or --dbms-home.",
    "prepare:psql --port abc -f a, See `sqlrs prepare:psql --help`.",
    "prepare:psql --reuse -f a, --name",
    "prepare:psql --port 70000 -f a, 65535",
    "prepare:liquibase update, Write prepare:psql or prepare:lb.",
    "prepare:lb --image postgres:17 update, Choose the server with --postgres-version or --dbms-home.",
    "prepare:lb --checkpoint 0 update, --checkpoint is 1 to 100000",
    "plan:lb --checkpoint 100001 update, --checkpoint is 1 to 100000",
    "prepare:lb --checkpoint some update, See `sqlrs prepare:lb --help`.",
    "prepare:lb --no-watch update run:psql -c x, --no-watch",
    "prepare:psql --watch --no-watch -f a, exclude",
    "--output yaml ls, human or json",
    "--timeout soon ls, duration",
    "--endpoint ftp://x ls, http://127.0.0.1:PORT",
    "--nope ls, See `sqlrs --help`."
  })
  void refusesWithAHint(String commandLine, String said) {
    assertThat(run(commandLine.split(" "))).isEqualTo(2);
    assertThat(out()).isEmpty();
    assertThat(err()).startsWith("error[invalid_argument]: ").contains(said);
  }

  static java.util.List<String> commands() {
    return Commands.names();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandHasHelpAndItsOptionsAreInTheManual(String name) throws IOException {
    String[] words = (name + " --help").split(" ");
    assertThat(runBare(words)).isZero();
    assertThat(out()).contains("Usage: sqlrs " + name, "Examples:", "Exit codes:");
    String manual = manual();
    assertThat(manual).contains(name);
    String section = manual.substring(manual.indexOf("\n## `" + name.split(" ")[0]));
    for (OptionSpec option : Commands.spec(name).options()) {
      assertThat(option.longestName().equals("--help") ? "--help" : section)
          .contains(option.longestName());
    }
  }

  @Test
  void theManualHasEveryGlobalOptionAndEnvironmentVariable() throws IOException {
    for (OptionSpec option : Commands.globals().options()) {
      assertThat(manual()).contains("`" + option.longestName());
    }
    assertThat(manual()).contains("SQLRS_STATE_STORE", "SQLRS_TOKEN", "SQLRS_JAVA_HOME");
    io.taidon.cli.config.Config.KEYS
        .keySet()
        .forEach(key -> assertThat(manualQuietly()).contains("`" + key + "`"));
  }

  @Test
  void knowsItsVersion() {
    assertThat(Version.CURRENT).isEqualTo(System.getProperty("taidon.version"));
    assertThat(runBare("--version")).isZero();
    assertThat(out()).isEqualTo("sqlrs " + Version.CURRENT + "\n");
  }

  @Test
  void printsErrorsOfUsageAsJsonToo() {
    assertThat(run("--output", "json", "nope")).isEqualTo(2);
    assertThat(err()).startsWith("{\"code\":\"invalid_argument\"");
  }

  @Test
  void refusesTooMuchOrUnreadableStandardInput() {
    in = new java.io.ByteArrayInputStream(new byte[] {(byte) 0xff, (byte) 0xfe});
    assertThat(run("prepare:psql", "-f", "-")).isEqualTo(1);
    assertThat(err()).contains("not UTF-8");
    in = new Endless();
    assertThat(run("prepare:psql", "-f", "-")).isEqualTo(1);
    assertThat(err()).contains("64 MiB");
  }

  @Test
  void completesCommandsWithAColonInBash() throws Exception {
    assertThat(run("completion", "bash")).isZero();
    String script =
        out()
            + "COMP_LINE='sqlrs prepare:ps'; COMP_POINT=${#COMP_LINE}; _sqlrs; echo \"${COMPREPLY[@]}\"\n"
            + "COMP_LINE='sqlrs prepare:lb --chec'; COMP_POINT=${#COMP_LINE}; _sqlrs; echo \"${COMPREPLY[@]}\"\n"
            + "COMP_LINE='sqlrs ls --na'; COMP_POINT=${#COMP_LINE}; _sqlrs; echo \"${COMPREPLY[@]}\"\n";
    Process bash = new ProcessBuilder("bash", "-c", script).redirectErrorStream(true).start();
    String said =
        new String(bash.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(bash.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(said.lines()).containsExactly("psql", "--checkpoint", "--names --name");
    assertThat(run("completion", "zsh") + run("completion", "fish")).isZero();
    assertThat(run("completion", "tcsh")).isEqualTo(2);
  }

  private static String manual() throws IOException {
    return Files.readString(Path.of(System.getProperty("taidon.cli.directory"), "../docs/cli.md"));
  }

  private static String manualQuietly() {
    try {
      return manual();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static final class Endless extends java.io.InputStream {
    @Override
    public int read() {
      return 'x';
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      java.util.Arrays.fill(bytes, offset, offset + length, (byte) 'x');
      return length;
    }
  }
}
