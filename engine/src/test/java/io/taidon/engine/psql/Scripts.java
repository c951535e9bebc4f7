package io.taidon.engine.psql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A workspace with scripts, and what resolving them gives. */
record Scripts(Path root) {

  Scripts file(String name, String content) {
    return file(name, content.getBytes(StandardCharsets.UTF_8));
  }

  Scripts file(String name, byte[] content) {
    try {
      Path path = root.resolve(name);
      Files.createDirectories(path.getParent());
      Files.write(path, content);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Workspace workspace() {
    return new Workspace(root, root);
  }

  List<PsqlStep> resolve(String... args) {
    return PsqlSteps.resolve(
        PsqlArguments.parse(List.of(args)),
        workspace(),
        Optional.empty(),
        PsqlSteps.Limits.DEFAULT);
  }

  PsqlStep step(String... args) {
    return resolve(args).getFirst();
  }

  String hash(String... args) {
    return step(args).input().hash().hex();
  }

  /** Names of the files that a step reads, relative to the root, sorted. */
  List<String> files(String... args) {
    List<String> names = new ArrayList<>();
    for (InputFile file : step(args).files()) {
      names.add(workspace().placeName(file.path()));
    }
    names.sort(null);
    return names;
  }
}
