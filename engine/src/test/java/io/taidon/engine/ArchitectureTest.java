package io.taidon.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses ENGINE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.taidon.engine");

  @Test
  void only_core_state_hashes() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.security.MessageDigest")
        .because("two places that hash are two identities waiting to differ")
        .check(ENGINE);
  }

  @Test
  void the_tools_of_the_engine_do_not_know_each_other() {
    for (String tool : new String[] {"psql", "postgres", "snapshot", "store"}) {
      noClasses()
          .that()
          .resideInAPackage("io.taidon.engine." + tool + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.taidon.engine.build..",
              "io.taidon.engine.instance..",
              "io.taidon.engine.job..",
              "io.taidon.engine.local..")
          .because(
              "psql, PostgreSQL, snapshots and the store are used by the engine and know nothing of jobs")
          .check(ENGINE);
    }
  }

  @Test
  void packages_have_no_cycles() {
    slices()
        .matching("io.taidon.engine.(*)..")
        .should()
        .beFreeOfCycles()
        .because("a newcomer must be able to read one package without all others")
        .check(ENGINE);
  }

  @Test
  void foreign_functions_are_called_in_two_places() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.taidon.engine.snapshot.linux", "io.taidon.engine.postgres")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.foreign.Linker")
        .because("a mistake there ends the JVM")
        .check(ENGINE);
  }
}
