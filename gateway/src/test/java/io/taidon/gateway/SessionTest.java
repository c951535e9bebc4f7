package io.taidon.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionTest {
  private final TestGateway gateway = TestGateway.start();

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void aClientReachesItsInstanceByTheSuffixOfItsRole() throws Exception {
    gateway.running("one");
    gateway.runningOverTcp("two", 18);

    assertThat(query("one", "SELECT current_setting('server_version_num')::int / 10000"))
        .isEqualTo("17");
    assertThat(query("two", "SELECT current_setting('server_version_num')::int / 10000"))
        .isEqualTo("18");
    await().until(() -> gateway.gateway().census().connections() == 0);
    assertThat(gateway.gateway().census().sessions()).isEmpty();
  }

  @Test
  void parametersOfTheClientReachTheServer() throws Exception {
    gateway.running("one");

    try (Connection connection =
            gateway.connect(
                "one",
                Map.of(
                    "ApplicationName",
                    "two words",
                    "options",
                    "-c search_path=a,b -c work_mem=77kB"));
        Statement statement = connection.createStatement()) {
      assertThat(value(statement, "SHOW application_name")).isEqualTo("two words");
      assertThat(value(statement, "SHOW search_path")).isEqualTo("a,b");
      assertThat(value(statement, "SHOW work_mem")).isEqualTo("77kB");
    }
  }

  @Test
  void aWrongPasswordAndAnUnknownInstanceLookAlike() {
    gateway.running("one");

    String wrong = failure("one", Map.of("password", "wrong"));
    String unknown = failure("none", Map.of());

    assertThat(wrong).isEqualTo(unknown).contains("28P01");
    assertThat(wrong).contains("password authentication failed for user \"sqlrs\"");
  }

  @Test
  void theServersOwnRefusalIsPassedOn() {
    gateway.running("one");

    assertThatThrownBy(
            () -> gateway.connect("one", Map.of("options", "-c no_such_setting=1")).close())
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42704"));
  }

  private String failure(String instance, Map<String, String> properties) {
    try (Connection connection = gateway.connect(instance, properties)) {
      throw new AssertionError("connected: " + connection);
    } catch (SQLException e) {
      return e.getSQLState() + " " + e.getMessage();
    }
  }

  private String query(String instance, String sql) throws SQLException {
    try (Connection connection = gateway.connect(instance);
        Statement statement = connection.createStatement()) {
      return value(statement, sql);
    }
  }

  private static String value(Statement statement, String sql) throws SQLException {
    try (ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getString(1);
    }
  }
}
