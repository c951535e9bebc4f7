package io.taidon.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses GATEWAY =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.taidon.gateway");

  @Test
  void only_the_directory_of_a_cluster_knows_kubernetes() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.taidon.gateway.directory.kubernetes")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.taidon.crds..", "io.fabric8..")
        .because("the gateway serves every home, and most of them have no cluster")
        .check(GATEWAY);
  }
}
