package io.taidon.crds.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The committed YAML is what the types say; {@code -Dcrds.update=true} writes it anew. */
class GeneratedCrdsTest {
  private static final Path COMMITTED = Path.of("src/main/resources/crds");

  @TempDir Path generated;

  @Test
  void the_committed_yaml_is_that_of_the_types() throws IOException {
    Map<String, Map<String, CRDInfo>> details =
        new CRDGenerator()
            .customResourceClasses(PrepareJob.class, StateSnapshot.class, DbInstance.class)
            .forCRDVersions("v1")
            .inOutputDir(generated.toFile())
            .detailedGenerate()
            .getCRDDetailsPerNameAndVersion();
    assertThat(details).hasSize(3);
    try (Stream<Path> files = Files.list(generated)) {
      for (Path file : files.toList()) {
        Path committed =
            COMMITTED.resolve(file.getFileName().toString().replace("-v1.yml", ".yaml"));
        if (Boolean.getBoolean("crds.update")) {
          Files.createDirectories(COMMITTED);
          Files.copy(file, committed, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        assertThat(committed).hasSameTextualContentAs(file);
      }
    }
  }
}
