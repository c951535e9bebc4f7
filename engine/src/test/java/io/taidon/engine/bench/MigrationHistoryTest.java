package io.taidon.engine.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.taidon.engine.bench.MigrationHistory.Commit;
import io.taidon.engine.bench.MigrationHistory.Migration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationHistoryTest {
  private static final long BEGIN = 1_600_000_000;

  @TempDir Path directory;
  private Path repository;
  private MigrationHistory history;

  @BeforeEach
  void repository() throws IOException {
    assumeTrue(isGitThere(), "there is no git");
    repository = Files.createDirectory(directory.resolve("repository"));
    history = new MigrationHistory(repository, "db/migrations", "/up.sql");
    git(0, "init", "-q", "-b", "main");
    commit(0, "README", "a shop");
    commit(10, "db/migrations/2020-01-02_orders/up.sql", "create table orders ();");
    commit(20, "db/migrations/20200101_users/up.sql", "create table users ();");
    commit(30, "db/migrations/20200101_users/down.sql", "drop table users;");
  }

  @Test
  void commits_come_by_their_time_and_those_before_the_first_migration_have_no_tree()
      throws IOException {
    List<Commit> commits = history.commits(List.of());

    assertThat(commits)
        .extracting(Commit::epochSecond)
        .containsExactly(BEGIN, BEGIN + 10, BEGIN + 20, BEGIN + 30);
    assertThat(commits)
        .extracting(commit -> commit.tree().isPresent())
        .containsExactly(false, true, true, true);
  }

  @Test
  void commits_of_other_branches_are_there_when_they_are_asked_for() throws IOException {
    git(0, "checkout", "-q", "-b", "topic", "HEAD~1");
    commit(25, "db/migrations/20200103_items/up.sql", "create table items ();");
    git(0, "checkout", "-q", "main");

    assertThat(history.commits(List.of())).hasSize(4);
    assertThat(history.commits(List.of("--all")))
        .extracting(Commit::epochSecond)
        .containsExactly(BEGIN, BEGIN + 10, BEGIN + 20, BEGIN + 25, BEGIN + 30);
  }

  @Test
  void migrations_are_in_order_of_their_versions_with_and_without_dashes() throws IOException {
    String tree = history.commits(List.of()).getLast().tree().orElseThrow();

    assertThat(history.migrations(tree))
        .extracting(Migration::path)
        .containsExactly("20200101_users/up.sql", "2020-01-02_orders/up.sql");
  }

  @Test
  void the_same_content_is_checked_out_once() throws IOException {
    List<Commit> commits = history.commits(List.of());
    MigrationHistory.Checkout checkout =
        history.new Checkout(Files.createDirectory(directory.resolve("workspace")));
    List<String> files = new ArrayList<>();
    for (Commit commit : commits.subList(1, 3)) {
      for (Migration migration : history.migrations(commit.tree().orElseThrow())) {
        files.add(checkout.fileOf(migration));
      }
    }

    assertThat(files).containsExactly("0.sql", "1.sql", "0.sql");
    assertThat(directory.resolve("workspace/1.sql")).hasContent("create table users ();");
  }

  private void commit(long second, String path, String content) throws IOException {
    Path file = repository.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    git(second, "add", ".");
    git(second, "commit", "-q", "-m", path);
  }

  private void git(long second, String... arguments) {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of("-c", "user.name=A", "-c", "user.email=a@example.org"));
    command.addAll(List.of(arguments));
    String time = (BEGIN + second) + " +0000";
    var unused =
        Processes.run(
            command,
            repository,
            Map.of(
                "GIT_AUTHOR_DATE",
                time,
                "GIT_COMMITTER_DATE",
                time,
                "GIT_CONFIG_GLOBAL",
                "/dev/null"));
  }

  private static boolean isGitThere() {
    return Optional.ofNullable(System.getenv("PATH")).stream()
        .flatMap(path -> List.of(path.split(":")).stream())
        .anyMatch(place -> Files.isExecutable(Path.of(place, "git")));
  }
}
