package io.taidon.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Instances with times of seconds: they end, live on and fall asleep as their users see it. */
class LifetimesIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @TempDir Path directory;
  private Sqlrs sqlrs;

  @BeforeEach
  void open() throws IOException {
    sqlrs = Sqlrs.in(directory);
  }

  @AfterEach
  void close() throws IOException {
    sqlrs.close();
  }

  @Test
  void an_instance_whose_time_is_over_is_gone_with_process_and_directory() {
    String stays = made("--name", "stays");
    String goes = made("--name", "goes", "--ttl", "2s");

    awaiting("it is gone").until(() -> instance(goes).isEmpty());

    assertThat(instance(stays)).isPresent();
    assertThat(directoryOf(stays)).isDirectory();
    assertThat(processesOf(stays)).isNotEmpty();
    awaiting("its process is gone").until(() -> processesOf(goes).isEmpty());
    assertThat(directoryOf(goes)).doesNotExist();
    sqlrs.run("start", goes).failedWith(1, "not_found");
    assertThat(sqlrs.run("ls", "--names").succeeded().stdout())
        .containsPattern("goes .*missing")
        .doesNotContainPattern("stays .*missing");
    assertThat(made("--name", "goes", "--fresh"))
        .as("the name can be used again")
        .isNotEqualTo(goes);
  }

  @Test
  void extend_lets_one_live_on_and_another_goes_when_its_time_comes() {
    String extended = made("--ttl", "30s");
    Instant before = end(extended);
    JsonNode said =
        sqlrs.run("--output", "json", "extend", extended, "--ttl", "1h").succeeded().json();
    // Made later with the same time: when it is gone, so would be the first one.
    String other = made("--ttl", "30s");

    awaiting("the other one is gone").until(() -> instance(other).isEmpty());

    assertThat(Instant.parse(said.get("expires_at").asText()))
        .isEqualTo(end(extended))
        .isAfter(before.plus(Duration.ofMinutes(30)));
    assertThat(sqlrs.query(extended, "postgres", "select i from t")).isEqualTo("42");
    sqlrs.run("extend", extended, "--ttl", "1s").succeeded();
    assertThat(end(extended)).as("never nearer").isAfter(before.plus(Duration.ofMinutes(30)));
  }

  @Test
  void more_than_the_longest_time_is_refused() {
    sqlrs.run("config", "set", "instances.maxTtl", "1h").succeeded();
    sqlrs.run("config", "set", "instances.maxIdleTimeout", "10m").succeeded();

    prepare("--ttl", "61m").failedWith(2, "invalid_argument", "instances.maxTtl");
    prepare("--idle-timeout", "11m").failedWith(2, "invalid_argument", "instances.maxIdleTimeout");
    String allowed = made("--ttl", "60m");
    Instant granted = end(allowed);
    sqlrs
        .run("extend", allowed, "--ttl", "61m")
        .failedWith(2, "invalid_argument", "instances.maxTtl");
    assertThat(end(allowed)).isEqualTo(granted);
    assertThat(end(made("--ttl", "0")))
        .as("as long as is allowed")
        .isBetween(granted, Instant.now().plus(Duration.ofHours(1)));
  }

  @Test
  void an_idle_instance_falls_asleep_and_a_connection_wakes_it() throws Exception {
    JsonNode made = prepare("--idle-timeout", "2s").succeeded().json();
    String id = made.get("instance_id").asText();

    awaiting("it is asleep").until(() -> instance(id).orElseThrow().get("asleep").asBoolean());

    assertThat(sqlrs.run("ls", "--instances").succeeded().stdout()).contains("asleep");
    awaiting("its process is gone").until(() -> processesOf(id).isEmpty());
    assertThat(directoryOf(id)).isDirectory();
    assertThat(PrepareIT.select(made.get("dsn").asText(), "select i from t")).isEqualTo("42");
    awaiting("it sleeps again").until(() -> instance(id).orElseThrow().get("asleep").asBoolean());
  }

  private String made(String... options) {
    return prepare(options).succeeded().json().get("instance_id").asText();
  }

  private Sqlrs.Result prepare(String... options) {
    List<String> args = new ArrayList<>(List.of("--output", "json", "prepare:psql"));
    args.addAll(List.of(options));
    args.addAll(List.of("--", "-c", "create table t as select 42 i"));
    return sqlrs.run(args.toArray(String[]::new));
  }

  private Optional<JsonNode> instance(String id) {
    for (JsonNode instance :
        sqlrs.run("--output", "json", "ls", "--instances").succeeded().json().get("instances")) {
      if (instance.get("instance_id").asText().equals(id)) {
        return Optional.of(instance);
      }
    }
    return Optional.empty();
  }

  private Instant end(String id) {
    return Instant.parse(instance(id).orElseThrow().get("expires_at").asText());
  }

  private Path directoryOf(String id) {
    return sqlrs.store().resolve("instances").resolve(id);
  }

  private List<String> processesOf(String id) {
    return sqlrs.processesIn(directoryOf(id));
  }

  private static ConditionFactory awaiting(String what) {
    return await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(500));
  }
}
