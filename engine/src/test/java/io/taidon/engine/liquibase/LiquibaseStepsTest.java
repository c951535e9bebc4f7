package io.taidon.engine.liquibase;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiquibaseStepsTest {

  @Test
  void the_example_is_found_and_read_in_all_its_formats() throws IOException {
    LiquibasePlan plan = Changelogs.shop().plan("update");

    assertThat(plan.notes().getFirst()).contains("db/changelog/db.changelog-master.yaml");
    assertThat(Changelogs.labels(plan))
        .contains(
            "db/changelog/schema/001-catalogue.xml::1::ann",
            "db/changelog/schema/002-customers.yaml::10::cho",
            "db/changelog/schema/003-orders.json::17::dee",
            "db/changelog/schema/004-rules.sql::25::eli",
            "db/changelog/features/030-search.yaml::44::gil")
        .doesNotContain("db/changelog/schema/001-catalogue.xml::8::bob")
        .hasSize(45);
    assertThat(plan.steps().getLast().changeset().checksum()).startsWith("9:");
    assertThat(plan.steps().stream().filter(s -> s.changeset().runAlways()))
        .singleElement()
        .satisfies(s -> assertThat(s.input().warnings().toString()).contains("runAlways"));
  }

  @Test
  void ids_are_those_of_any_other_folder() throws IOException {
    List<String> here = Changelogs.hashes(Changelogs.shop().plan("update", "-Dx=1"));
    Changelogs there = Changelogs.shop();
    assertThat(Changelogs.hashes(there.plan("-Dx=1", "update"))).isEqualTo(here);
    assertThat(
            Changelogs.hashes(
                there.plan(
                    "--changelogFile",
                    there.root + "/db/changelog/db.changelog-master.yaml",
                    "update",
                    "-Dx=1")))
        .isEqualTo(here);
    assertThat(Changelogs.hashes(there.plan("update", "-Dx=2"))).doesNotContainAnyElementsOf(here);
  }

  @Test
  void each_kind_of_file_changes_the_steps_that_read_it_and_no_other() throws IOException {
    Changelogs shop = Changelogs.shop();
    LiquibasePlan before = shop.plan("update");
    assertChanges(shop, before, "schema/004-rules.sql", "'open_order'", "'open_order '", "30");
    assertChanges(shop, before, "schema/003-orders.json", "order_customer_ix", "other_ix", "23");
    assertChanges(shop, before, "data/products.csv", "Nine", "Ten", "33");
    assertChanges(shop, before, "data/descriptions/coast.txt", "50", "60", "33");
    assertChanges(shop, before, "data/sql/grants.sql", "shop_reader", "reader", "36");
    assertChanges(shop, before, "schema/002-customers.yaml", "lower(email)", "lower(email )", "11");
    assertChanges(shop, before, "schema/001-catalogue.xml", "DROP CONSTRAINT", "DROP  X");
    assertChanges(shop, before, "db.changelog-master.yaml", "value: EUR", "value: USD", "3", "36");
  }

  private static void assertChanges(
      Changelogs shop, LiquibasePlan before, String file, String from, String to, String... ids)
      throws IOException {
    String path = "db/changelog/" + file;
    String text = Files.readString(shop.root.resolve(path));
    assertThat(text).contains(from);
    shop.replace(path, from, to);
    List<String> old = Changelogs.hashes(before);
    assertThat(
            shop.plan("update").steps().stream()
                .filter(step -> !old.contains(step.input().hash().hex()))
                .map(step -> step.changeset().id()))
        .as("changesets changed by %s", file)
        .containsExactly(ids);
    shop.file(path, text);
    assertThat(Changelogs.hashes(shop.plan("update"))).isEqualTo(old);
  }

  @Test
  void commands_contexts_and_labels_choose_changesets() throws IOException {
    Changelogs shop = Changelogs.shop();
    assertThat(Changelogs.labels(shop.plan("update-count", "--count", "3")))
        .extracting(label -> label.split("::")[1])
        .containsExactly("1", "2", "3");
    assertThat(Changelogs.labels(shop.plan("updateToTag", "--tag=catalogue"))).hasSize(8);
    assertThat(shop.plan("update", "--contexts=prod").steps()).hasSize(43);
    assertThat(shop.plan("update", "--contexts=demo").steps()).hasSize(45);
    assertThat(shop.plan("update", "--label-filter=!reporting").steps()).hasSize(43);
    assertThat(shop.failure("update-to-tag", "--tag", "nowhere").code())
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
  }

  @Test
  void an_unchanged_changelog_is_planned_without_a_process() throws IOException {
    try (LiquibaseWorkers workers =
        new LiquibaseWorkers(WorkerCommand.ofThisProcess(), 1, Duration.ZERO)) {
      Changelogs some = Changelogs.emptyWith(workers);
      some.xml(
          "db/c.xml",
          """
          <include file="db/sub/one.xml"/>
          <includeAll path="db/all" errorIfMissingOrEmpty="false"/>
          """);
      some.xml("db/sub/one.xml", "<changeSet id='1' author='a'><empty/></changeSet>");
      String[] args = {"update", "--search-path=first,.", "--changelog-file=db/c.xml"};
      Files.createDirectory(some.root.resolve("first"));
      LiquibasePlan first = some.plan(args);
      workers.close();

      assertThat(some.plan(args).steps()).isEqualTo(first.steps());
      assertThat(some.failure("update", "--changelog-file=db/sub/one.xml"))
          .as("another request needs a worker, and there is none any more")
          .isNotNull();
      some.xml("db/all/two.xml", "<changeSet id='2' author='a'><empty/></changeSet>");
      assertThat(some.failure(args)).as("includeAll finds another file").isNotNull();
      Files.delete(some.root.resolve("db/all/two.xml"));
      Files.delete(some.root.resolve("db/all"));
      assertThat(some.plan(args).steps()).isEqualTo(first.steps());
      some.xml("first/db/sub/one.xml", "<changeSet id='3' author='a'><empty/></changeSet>");
      assertThat(some.failure(args)).as("a file earlier in the search path").isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "src/main/resources/db/changelog/db.changelog-master.xml",
        "src/main/resources/db/changeLog.xml",
        "src/main/resources/config/liquibase/master.xml",
        "changelog.xml"
      })
  void usual_places_are_found_and_told(String path) throws IOException {
    Changelogs some = Changelogs.empty();
    some.xml(path, "<changeSet id='1' author='a'><empty/></changeSet>");
    LiquibasePlan plan = some.plan("update");
    assertThat(plan.notes().toString()).contains(path);
    assertThat(path).endsWith(plan.steps().getFirst().changeset().path());
  }

  @Test
  void a_defaults_file_counts_but_not_its_connection() throws IOException {
    Changelogs some = Changelogs.empty();
    some.file(
        "liquibase.properties",
        "changeLogFile=x/c.xml\nurl=jdbc:h2:mem\npassword=secret\nparameter.name=t\n");
    some.xml(
        "x/c.xml", "<changeSet id='1' author='a'><sql>create table ${name} ()</sql></changeSet>");
    LiquibasePlan plan = some.plan("update");
    assertThat(plan.request().parameters()).containsEntry("name", "t");
    assertThat(plan.notes().toString()).contains("password, url ignored").doesNotContain("secret");
  }

  @Test
  void entities_of_xml_are_refused() throws IOException {
    Changelogs some = Changelogs.empty();
    some.file(
        "bomb.xml",
        "<?xml version=\"1.0\"?><!DOCTYPE d [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>"
            + Changelogs.XML_START
            + "<changeSet id='1' author='a'><sql>&b;</sql></changeSet></databaseChangeLog>");
    some.file(
        "xxe.xml",
        "<?xml version=\"1.0\"?><!DOCTYPE d [<!ENTITY a SYSTEM \"file:///etc/hostname\">]>"
            + Changelogs.XML_START
            + "<changeSet id='1' author='a'><sql>&a;</sql></changeSet></databaseChangeLog>");
    for (String file : List.of("bomb.xml", "xxe.xml")) {
      TaidonException failure = some.failure("update", "--changelog-file", file);
      assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_SCRIPT);
      assertThat(failure.sentence()).contains(file).contains("document type");
    }
  }

  @Test
  void a_yaml_bomb_is_refused() throws IOException {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x]\n");
    for (int i = 1; i < 12; i++) {
      String before = "*a" + (i - 1);
      bomb.append("a" + i + ": &a" + i + " [" + (before + ",").repeat(25) + before + "]\n");
    }
    Changelogs some = Changelogs.empty().file("c.yaml", bomb + "databaseChangeLog: []\n");
    TaidonException failure = some.failure("update", "--changelog-file", "c.yaml");
    assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_SCRIPT);
    assertThat(failure.sentence()).contains("aliases");
  }

  @Test
  void cycles_missing_files_and_duplicates_are_told() throws IOException {
    Changelogs some = Changelogs.empty();
    some.xml("a.xml", "<include file='b.xml'/>");
    some.xml("b.xml", "<include file='sub/c.xml'/>");
    some.xml("sub/c.xml", "<include file='../a.xml' relativeToChangelogFile='true'/>");
    TaidonException cycle = some.failure("update", "--changelog-file", "a.xml");
    assertThat(cycle.code()).isEqualTo(ErrorCode.INCLUDE_CYCLE);
    assertThat(cycle.sentence()).contains("a.xml -> b.xml -> sub/c.xml -> a.xml");

    some.xml("m.xml", "<include file='nowhere.xml'/>");
    TaidonException missing = some.failure("update", "--changelog-file", "m.xml");
    assertThat(missing.code()).isEqualTo(ErrorCode.FILE_NOT_FOUND);
    assertThat(missing.sentence()).contains("nowhere.xml");

    some.xml(
        "csv.xml",
        "<changeSet id='1' author='a'><loadData tableName='t' file='no/data.csv'/></changeSet>");
    TaidonException data = some.failure("update", "--changelog-file", "csv.xml");
    assertThat(data.code()).isEqualTo(ErrorCode.FILE_NOT_FOUND);
    assertThat(data.sentence()).contains("no/data.csv");
    assertThat(data.details()).containsEntry("changeset", "csv.xml::1::a");

    some.xml(
        "twice.xml",
        "<changeSet id='1' author='a'><empty/></changeSet>"
            + "<changeSet id='1' author='a'><empty/></changeSet>");
    TaidonException twice = some.failure("update", "--changelog-file", "twice.xml");
    assertThat(twice.code()).isEqualTo(ErrorCode.INVALID_SCRIPT);
    assertThat(twice.sentence()).contains("twice.xml::1::a");

    some.xml("out.xml", "<include file='../../etc/passwd'/>");
    assertThat(some.failure("update", "--changelog-file", "out.xml").code())
        .isEqualTo(ErrorCode.PATH_OUTSIDE_WORKSPACE);

    some.file("broken.xml", Changelogs.XML_START + "<changeSet>");
    TaidonException broken = some.failure("update", "--changelog-file", "broken.xml");
    assertThat(broken.code()).isEqualTo(ErrorCode.INVALID_SCRIPT);
    assertThat(broken.sentence()).contains("broken.xml");
    assertThat(some.failure("update", "--changelog-file", "absent.xml").code())
        .isEqualTo(ErrorCode.FILE_NOT_FOUND);
  }

  @Test
  void commands_and_foreign_classes_are_refused() throws IOException {
    Changelogs some = Changelogs.empty();
    some.xml(
        "shell.xml", "<changeSet id='1' author='a'><executeCommand executable='id'/></changeSet>");
    some.xml(
        "custom.xml",
        "<changeSet id='1' author='a'><customChange class='com.example.Load'/></changeSet>");
    some.xml(
        "precondition.xml",
        "<changeSet id='1' author='a'><preConditions><customPrecondition"
            + " className='com.example.Check'/></preConditions><empty/></changeSet>");
    for (String file : List.of("shell.xml", "custom.xml", "precondition.xml")) {
      TaidonException failure = some.failure("update", "--changelog-file", file);
      assertThat(failure.code()).as(file).isEqualTo(ErrorCode.INVALID_SCRIPT);
      assertThat(failure.sentence()).contains(file);
      assertThat(failure.remedy()).isPresent();
    }
    assertThat(some.failure("update", "--changelog-file", "custom.xml").sentence())
        .contains("custom class");
  }

  @Test
  void the_machine_does_not_reach_the_changelog() throws IOException {
    Changelogs some = Changelogs.empty();
    some.xml(
        "c.xml",
        "<changeSet id='1' author='a'><sql>select '${user.name} ${java.version} ${PATH}'</sql>"
            + "</changeSet>");
    LiquibasePlan plan = some.plan("update", "--changelog-file", "c.xml");
    assertThat(plan.steps()).hasSize(1);
    Changelogs other = Changelogs.empty();
    other.xml("c.xml", "<changeSet id='1' author='a'><sql>select 'root 25 /bin'</sql></changeSet>");
    assertThat(Changelogs.hashes(other.plan("update", "--changelog-file", "c.xml")))
        .isNotEqualTo(Changelogs.hashes(plan));
  }
}
