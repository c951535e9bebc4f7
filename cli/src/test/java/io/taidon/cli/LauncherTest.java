package io.taidon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher, with a shell script in the place of Java that prints its arguments. */
class LauncherTest {
  @TempDir Path directory;
  private Path launcher;

  @BeforeEach
  void install() throws IOException {
    Path bin = Files.createDirectories(directory.resolve("my home/bin"));
    launcher = bin.resolve("sqlrs");
    Files.copy(Path.of(System.getProperty("taidon.cli.directory"), "src/dist/bin/sqlrs"), launcher);
    executable(launcher);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "dash", "bash"})
  void findsItselfThroughLinksAndPassesArgumentsOn(String shell) throws Exception {
    Path java = java("a java", "25.0.3");
    Path link = directory.resolve("first");
    Files.createSymbolicLink(link, Path.of("my home/bin/sqlrs"));
    Path second = Files.createDirectories(directory.resolve("other")).resolve("sqlrs");
    Files.createSymbolicLink(second, Path.of("../first"));
    List<String> said = run(shell, second, Map.of("JAVA_HOME", java.toString()), "a b", "--", "$x");
    assertThat(said)
        .contains(
            "-Dsqlrs.home=" + directory.toRealPath().resolve("my home"),
            "-Xshare:auto",
            "-Dsqlrs.tty=")
        .endsWith("a b", "--", "$x");
    Files.createDirectories(directory.resolve("my home/lib"));
    Files.writeString(directory.resolve("my home/lib/sqlrs.aot"), "");
    assertThat(run(shell, second, Map.of("JAVA_HOME", java.toString())))
        .contains("-XX:AOTMode=auto")
        .doesNotContain("-Xshare:auto");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "dash"})
  void prefersTheBundledRuntimeAndSkipsOldOnes(String shell) throws Exception {
    Path old = java("old", "21.0.1");
    Path bundled = java("my home/runtime", "26");
    assertThat(run(shell, launcher, Map.of("JAVA_HOME", old.toString())))
        .first()
        .isEqualTo(bundled.toRealPath().resolve("bin/java").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "dash"})
  void saysWhatIsMissing(String shell) throws Exception {
    Path old = java("old", "21.0.1");
    assertThat(run(shell, launcher, Map.of("SQLRS_JAVA_HOME", old.toString())))
        .containsExactly(
            "sqlrs: SQLRS_JAVA_HOME is " + old + ", which is no Java 25 or newer.", "exit 1");
  }

  private Path java(String name, String version) throws IOException {
    Path home = directory.resolve(name);
    Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$0\" \"$@\"\n");
    executable(java);
    Files.writeString(
        home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  private static void executable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static List<String> run(
      String shell, Path script, Map<String, String> environment, String... args) throws Exception {
    Assumptions.assumeTrue(
        Files.exists(Path.of("/bin", shell)), () -> "there is no " + shell + " on this machine");
    List<String> command = new ArrayList<>(List.of("/bin/" + shell, script.toString()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeAll(List.of("JAVA_HOME", "SQLRS_JAVA_HOME"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    List<String> lines =
        new ArrayList<>(
            new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList());
    int exitCode = process.waitFor();
    if (exitCode != 0) {
      lines.add("exit " + exitCode);
    }
    return lines;
  }
}
