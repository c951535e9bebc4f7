package io.taidon.engine.liquibase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiquibaseArgumentsTest {

  private static LiquibaseArguments parse(String line) {
    return LiquibaseArguments.parse(line.isEmpty() ? List.of() : List.of(line.split(" ")));
  }

  private static TaidonException failure(String line) {
    return catchThrowableOfType(TaidonException.class, () -> parse(line));
  }

  @Test
  void spellings_and_order_do_not_matter() {
    LiquibaseArguments arguments =
        parse(
            "--search-path a,b --changelog-file=c.xml update --contexts x,y --label-filter !slow"
                + " --defaults-file d.properties -Dschema=app -Dempty=");
    assertThat(arguments)
        .isEqualTo(
            parse(
                "--defaultsFile=d.properties --labels=!slow -Dempty= -Dschema=app update"
                    + " --contextFilter x,y --changeLogFile c.xml --searchPath=a,b"
                    + " --log-level debug"));
    assertThat(arguments.searchPath()).containsExactly("a", "b");
    assertThat(arguments.parameters()).containsEntry("schema", "app").containsEntry("empty", "");
    assertThat(arguments.command()).isEqualTo(new UpdateCommand.All());
  }

  @Test
  void commands() {
    assertThat(parse("").command()).isEqualTo(new UpdateCommand.All());
    assertThat(parse("update-count --count 3").command()).isEqualTo(new UpdateCommand.Count(3));
    assertThat(parse("--tag=1.0 updateToTag").command()).isEqualTo(new UpdateCommand.ToTag("1.0"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--url=jdbc:h2:mem:x update",
        "update --username a",
        "update --password=secret",
        "--driver org.h2.Driver update",
        "--classpath=x.jar update",
        "update --liquibase-schema-name=x",
        "update --defaultSchemaName x"
      })
  void connections_are_refused(String line) {
    TaidonException failure = failure(line);
    assertThat(failure.code()).isEqualTo(ErrorCode.CONNECTION_OPTION_REFUSED);
    assertThat(failure.sentence()).doesNotContain("secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rollback --tag x",
        "update update-count --count 1",
        "update-count",
        "update-count --count none",
        "update-count --count 0",
        "update --count 1",
        "update-to-tag",
        "update --changelog-file",
        "update --changelog-file=",
        "update --changelog-file a --changelogFile b",
        "update -x",
        "update --force",
        "-D update",
        "-Da=1 -Da=2"
      })
  void the_rest_is_invalid(String line) {
    assertThat(failure(line).code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
  }
}
