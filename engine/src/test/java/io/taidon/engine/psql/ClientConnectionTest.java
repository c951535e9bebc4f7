package io.taidon.engine.psql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.psql.ClientTools.Tool;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientConnectionTest {

  @Test
  void aPlainDatabaseNameIsTakenOut() {
    assertThat(ClientConnection.check(Tool.PSQL, List.of("-qdshop", "-c", "select 1")))
        .satisfies(chosen -> assertThat(chosen.database()).contains("shop"))
        .satisfies(chosen -> assertThat(chosen.args()).containsExactly("-q", "-c", "select 1"));
    assertThat(
            ClientConnection.check(
                Tool.PGBENCH, List.of("--time", "5", "-c4", "-f", "a.sql", "--dbname=shop")))
        .satisfies(chosen -> assertThat(chosen.database()).contains("shop"))
        .satisfies(chosen ->
            assertThat(chosen.args()).containsExactly("--time", "5", "-c4", "-f", "a.sql"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-h|x",
        "-qhx",
        "-p1",
        "-U|x",
        "--host=x",
        "--port|1",
        "--username=x",
        "shop",
        "--dbname=host=x",
        "--dbname=postgres://h"
      })
  void connectionsAreRefused(String args) {
    for (Tool tool : Tool.values()) {
      assertRefused(tool, args);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--ho=x", "--h|x", "--user=x", "-nSh|x", "--"})
  void pgbenchTakesAbbreviationsSoTheyAreRefused(String args) {
    assertRefused(Tool.PGBENCH, args);
  }

  private static void assertRefused(Tool tool, String args) {
    assertThatThrownBy(() -> ClientConnection.check(tool, List.of(args.split("\\|"))))
        .isInstanceOfSatisfying(
            TaidonException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.CONNECTION_OPTION_REFUSED));
  }
}
