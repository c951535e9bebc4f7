package io.taidon.gateway;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.taidon.gateway.wire.SqlState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final String HERE = "io.taidon.gateway.";
  private static final JavaClasses GATEWAY =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.taidon.gateway");

  @Test
  void packages_have_no_cycles() {
    slices()
        .matching("io.taidon.gateway.(*)..")
        .should()
        .beFreeOfCycles()
        // A home of the gateway beside its port, as the embedded server's is elsewhere.
        .ignoreDependency(
            resideInAnyPackage(HERE + "directory.kubernetes"), DescribedPredicate.alwaysTrue())
        .because("a newcomer must be able to read one package without all others")
        .check(GATEWAY);
  }

  @Test
  void messages_know_nobody() {
    noClasses()
        .that()
        .resideInAPackage(HERE + "wire")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("io.taidon..").and(resideOutsideOfPackages(HERE + "wire")))
        .because("how a message looks does not depend on who sends it")
        .check(GATEWAY);
  }

  @Test
  void the_directory_is_a_port() {
    noClasses()
        .that()
        .resideInAPackage(HERE + "directory")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("io.taidon.gateway..", "io.netty..")
                .and(resideOutsideOfPackages(HERE + "directory")))
        .because("homes implement it without knowing how the gateway works")
        .check(GATEWAY);
  }

  @Test
  void one_package_chooses_how_to_do_network_io() {
    noClasses()
        .that()
        .resideOutsideOfPackage(HERE + "transport")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.netty.channel.epoll..", "io.netty.channel.uring..", "io.netty.channel.nio..")
        .because("all else must run on every mechanism alike")
        .check(GATEWAY);
  }

  @Test
  void nothing_waits_on_event_loops() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            HERE + "config", HERE + "health", HERE + "log", HERE + "directory.kubernetes")
        .and()
        .doNotHaveFullyQualifiedName(HERE + "tls.CertificateWatch") // its owner closes it
        .should()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(Thread.class, "sleep", java.time.Duration.class)
        .orShould()
        .callMethod(Thread.class, "join")
        .orShould()
        .callMethod(CompletableFuture.class, "join")
        .orShould()
        .callMethod(CompletableFuture.class, "get")
        .orShould()
        .callMethod(Future.class, "get")
        .orShould()
        .callMethod(io.netty.util.concurrent.Future.class, "get")
        .because(
            "thousands of sessions share an event loop; only main, the health port, the log and"
                + " the directory of a cluster have threads that may wait")
        .check(GATEWAY);
  }

  @Test
  void sessions_say_what_they_log_in_one_place() {
    classes()
        .that()
        .haveFullyQualifiedName(HERE + "log.LogLine")
        .should()
        .onlyHaveDependentClassesThat(
            resideInAnyPackage(
                    HERE + "log", HERE + "config", HERE + "wake", HERE + "directory.kubernetes")
                .or(com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName("SessionLog")))
        .because("what may be logged of a client is decided by one class")
        .check(GATEWAY);
  }

  /** Every code that is sent has a row, and every row is of a code that is sent. */
  @Test
  void the_documentation_lists_the_sqlstates_that_are_sent() throws Exception {
    Set<String> sent =
        GATEWAY.stream()
            .filter(type -> !type.getName().equals(SqlState.class.getName()))
            .flatMap(type -> type.getFieldAccessesFromSelf().stream())
            .filter(access -> access.getTargetOwner().getName().equals(SqlState.class.getName()))
            .map(access -> SqlState.valueOf(access.getTarget().getName()))
            .filter(state -> state != SqlState.SUCCESSFUL_COMPLETION)
            .map(SqlState::code)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> documented =
        Pattern.compile("^\\| ([0-9A-Z]{5}) \\|", Pattern.MULTILINE)
            .matcher(Files.readString(Path.of("../docs/gateway.md")))
            .results()
            .map(row -> row.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(documented).isEqualTo(sent);
  }

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
