package io.taidon.engine.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The SQL migrations that each commit of a git repository has, in the order in which they are
 * applied, which is that of their paths.
 *
 * @param repository bare or not
 * @param directory where the migrations are, from the repository's root
 * @param suffix how the path of a migration ends
 */
record MigrationHistory(Path repository, String directory, String suffix) {

  /** A commit, with the tree of its migrations where it has any. */
  record Commit(long epochSecond, Optional<String> tree) {}

  /** A migration by its content. */
  record Migration(String path, String blob) {
    /** Dashes in a version do not count, as with Diesel: 2017-01-02 is before 20170103. */
    String order() {
      return path.replace("-", "");
    }
  }

  /**
   * The commits that {@code git log} lists, by commit time.
   *
   * @param selection further arguments of {@code git log}
   */
  List<Commit> commits(List<String> selection) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("log", "--format=%ct %H"));
    arguments.addAll(selection);
    List<String[]> listed = lines(git("", arguments)).map(line -> line.split(" ")).toList();
    StringBuilder wanted = new StringBuilder();
    listed.forEach(commit -> wanted.append(commit[1] + ":" + directory + "\n"));
    List<String> trees =
        lines(git(wanted.toString(), List.of("cat-file", "--batch-check=%(objectname)"))).toList();
    List<Commit> commits = new ArrayList<>();
    for (int i = 0; i < listed.size(); i++) {
      String tree = trees.get(i);
      commits.add(
          new Commit(
              Long.parseLong(listed.get(i)[0]),
              tree.endsWith(" missing") ? Optional.empty() : Optional.of(tree)));
    }
    // The order of git log decides among commits of one second; it has the newest first.
    return commits.reversed().stream().sorted(Comparator.comparing(Commit::epochSecond)).toList();
  }

  List<Migration> migrations(String tree) throws IOException {
    return lines(git("", List.of("ls-tree", "-r", tree)))
        .map(line -> line.split("[ \t]", 4))
        .filter(entry -> entry[3].endsWith(suffix))
        .map(entry -> new Migration(entry[3], entry[2]))
        .sorted(Comparator.comparing(Migration::order))
        .toList();
  }

  /** Puts migrations into a directory, each content once; its file there has a short name. */
  final class Checkout {
    private final Path directory;
    private final Map<String, String> names = new HashMap<>();

    Checkout(Path directory) {
      this.directory = directory;
    }

    String fileOf(Migration migration) throws IOException {
      String name = names.get(migration.blob());
      if (name == null) {
        name = names.size() + ".sql";
        Files.write(
            directory.resolve(name), git("", List.of("cat-file", "blob", migration.blob())));
        names.put(migration.blob(), name);
      }
      return name;
    }
  }

  private static Stream<String> lines(byte[] output) {
    return new String(output, StandardCharsets.UTF_8).lines();
  }

  private byte[] git(String input, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("git", "-C", repository.toString()));
    command.addAll(arguments);
    Path file = Files.createTempFile("git-input", "");
    try {
      Files.writeString(file, input);
      Process process =
          new ProcessBuilder(command)
              .redirectInput(file.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      byte[] output = process.getInputStream().readAllBytes();
      if (process.onExit().join().exitValue() != 0) {
        throw new IOException(String.join(" ", command) + " failed");
      }
      return output;
    } finally {
      Files.delete(file);
    }
  }
}
