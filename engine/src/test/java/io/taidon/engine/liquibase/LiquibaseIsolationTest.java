package io.taidon.engine.liquibase;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.taidon.engine.liquibase.worker.LiquibaseWorker;
import org.junit.jupiter.api.Test;

class LiquibaseIsolationTest {

  @Test
  void only_the_worker_process_loads_liquibase() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.taidon.engine.liquibase.worker..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "liquibase..", "org.postgresql..", "io.taidon.engine.liquibase.worker..")
        .because("statics, leaks and extensions of Liquibase must not reach other jobs")
        .check(
            new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.taidon.engine"));
  }

  @Test
  void the_worker_is_started_by_its_name() {
    assertThat(WorkerCommand.MAIN_CLASS).isEqualTo(LiquibaseWorker.class.getName());
  }
}
