package io.taidon.engine.liquibase;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.taidon.core.error.TaidonException;
import io.taidon.engine.postgres.TestClusters;
import io.taidon.engine.psql.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A workspace with changelogs, and the workers that all tests share. */
final class Changelogs {
  static final LiquibaseWorkers WORKERS =
      new LiquibaseWorkers(WorkerCommand.ofThisProcess(), 2, Duration.ofMinutes(5));
  static final Path SHOP = Path.of("../examples/liquibase-shop").toAbsolutePath().normalize();
  static final String VERSION = "17.11";

  static final String XML_START =
      "<databaseChangeLog xmlns=\"http://www.liquibase.org/xml/ns/dbchangelog\""
          + " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""
          + " xsi:schemaLocation=\"http://www.liquibase.org/xml/ns/dbchangelog"
          + " http://www.liquibase.org/xml/ns/dbchangelog/dbchangelog-4.33.xsd\">\n";

  final Path root;
  final LiquibaseSteps steps;

  private Changelogs(Path root, LiquibaseWorkers workers) throws IOException {
    this.root = root.toRealPath();
    this.steps =
        new LiquibaseSteps(
            workers,
            new ManifestCache(TestClusters.directory().resolve("manifests")),
            LiquibaseSteps.Limits.DEFAULT);
  }

  static Changelogs empty() throws IOException {
    return new Changelogs(TestClusters.directory(), WORKERS);
  }

  static Changelogs emptyWith(LiquibaseWorkers workers) throws IOException {
    return new Changelogs(TestClusters.directory(), workers);
  }

  /** A copy of the example. */
  static Changelogs shop() throws IOException {
    Path copy = TestClusters.directory();
    try (Stream<Path> files = Files.walk(SHOP)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path to = copy.resolve(SHOP.relativize(file));
        Files.createDirectories(to.getParent());
        Files.copy(file, to);
      }
    }
    return new Changelogs(copy, WORKERS);
  }

  Changelogs file(String path, String text) {
    try {
      Path file = root.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Changelogs xml(String path, String body) {
    return file(path, XML_START + body + "\n</databaseChangeLog>\n");
  }

  Changelogs replace(String path, String from, String to) throws IOException {
    return file(path, Files.readString(root.resolve(path)).replace(from, to));
  }

  LiquibasePlan plan(String... args) {
    return steps.resolve(
        LiquibaseArguments.parse(List.of(args)), new Workspace(root, root), VERSION);
  }

  TaidonException failure(String... args) {
    return catchThrowableOfType(TaidonException.class, () -> plan(args));
  }

  static List<String> hashes(LiquibasePlan plan) {
    return plan.steps().stream().map(step -> step.input().hash().hex()).toList();
  }

  static List<String> labels(LiquibasePlan plan) {
    return plan.steps().stream().map(step -> step.input().label()).toList();
  }
}
