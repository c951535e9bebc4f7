package io.taidon.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.taidon.core");

  @Test
  void core_does_no_io_and_reads_no_clock() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.io", "java.nio.file..", "java.nio.channels..", "java.net..", "java.sql..")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.ProcessBuilder")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .because("core decides from values alone, so that a laptop and a cluster decide alike")
        .check(CORE);
  }

  @Test
  void only_core_state_hashes() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.taidon.core.state", "io.taidon.core.scram")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.security.MessageDigest")
        .because(
            "two places that hash are two identities waiting to differ; a SCRAM verifier is no identity")
        .check(CORE);
  }
}
