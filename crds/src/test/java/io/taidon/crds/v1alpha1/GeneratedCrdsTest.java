package io.taidon.crds.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is generated is committed, and is what the types say; {@code -Dcrds.update=true} writes it
 * anew.
 */
class GeneratedCrdsTest {
  private static final Path RESOURCES = Path.of("src/main/resources/crds");
  private static final Path CHART = Path.of("../helm/taidon/files/crds");
  private static final Path REFERENCE = Path.of("../docs/reference");

  @TempDir Path scratch;

  @Test
  void the_committed_yaml_and_reference_are_those_of_the_types() throws IOException {
    Map<Path, String> wanted = new TreeMap<>();
    CrdYaml.all(scratch)
        .forEach((name, yaml) -> {
          wanted.put(RESOURCES.resolve(name), yaml);
          wanted.put(CHART.resolve(name), yaml);
        });
    wanted.put(REFERENCE.resolve("crds.md"), ReferencePages.kinds(CrdYaml.all(scratch)));
    wanted.put(REFERENCE.resolve("conditions.md"), ReferencePages.conditions());
    for (Map.Entry<Path, String> page : wanted.entrySet()) {
      if (Boolean.getBoolean("crds.update")) {
        Files.createDirectories(page.getKey().getParent());
        Files.writeString(page.getKey(), page.getValue());
      }
      assertThat(page.getKey()).hasContent(page.getValue());
    }
  }
}
