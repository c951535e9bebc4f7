package io.taidon.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigStoreTest {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  @TempDir Path directory;

  @Test
  void a_value_survives_reopening_and_removal_brings_the_default_back() {
    Path file = directory.resolve("config.json");
    ConfigStore.open(file).set("dbms.version", JSON.numberNode(18));

    ConfigStore again = ConfigStore.open(file);
    assertThat(again.effective(ConfigKey.DBMS_VERSION).intValue()).isEqualTo(18);
    assertThat(again.get("dbms", false))
        .hasValueSatisfying(n -> assertThat(n.toString()).isEqualTo("{\"version\":18}"));
    assertThat(again.remove("dbms.version")).isTrue();
    assertThat(again.remove("dbms.version")).isFalse();
    assertThat(ConfigStore.open(file).effective(ConfigKey.DBMS_VERSION).intValue()).isEqualTo(17);
  }

  @ParameterizedTest
  @EnumSource(ConfigKey.class)
  void every_default_is_effective_and_in_the_schema(ConfigKey key) {
    ConfigStore store = ConfigStore.open(directory.resolve("config.json"));
    assertThat(store.get(key.path(), true)).contains(key.defaultValue());
    assertThat(store.get(key.path(), false)).isEmpty();
    assertThat(
            ConfigStore.schema()
                .at("/properties/" + key.path().replace(".", "/properties/"))
                .get("description")
                .asText())
        .isEqualTo(key.meaning());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "5", "-1h", "1h30m", "99999999999d", "37000d", "1 h"})
  void what_is_no_time_is_refused(String text) {
    ConfigStore store = ConfigStore.open(directory.resolve("config.json"));
    assertThatThrownBy(() -> store.set("instances.ttl", JSON.textNode(text)))
        .hasMessageContaining("must be a time such as 90s");
  }

  @Test
  void times_are_read_with_their_units() {
    ConfigStore store = ConfigStore.open(directory.resolve("config.json"));
    assertThat(store.time(ConfigKey.INSTANCE_TTL)).isEqualTo(Duration.ofHours(24));
    store.set("instances.ttl", JSON.textNode("90s"));
    assertThat(store.time(ConfigKey.INSTANCE_TTL)).isEqualTo(Duration.ofSeconds(90));
    store.set("instances.ttl", JSON.numberNode(0));
    assertThat(store.time(ConfigKey.INSTANCE_TTL)).isZero();
    store.set("instances.ttl", JSON.textNode("500ms"));
    assertThat(store.time(ConfigKey.INSTANCE_TTL)).isEqualTo(Duration.ofMillis(500));
  }

  @Test
  void a_bad_value_or_an_unknown_key_changes_nothing() {
    Path file = directory.resolve("config.json");
    ConfigStore store = ConfigStore.open(file);
    assertThatThrownBy(() -> store.set("dbms.version", JSON.textNode("latest")))
        .hasMessage("dbms.version must be a whole number between 14 and 99.");
    assertThatThrownBy(() -> store.set("snapshot.backend", JSON.textNode("zip")))
        .hasMessageContaining("must be one of");
    assertThatThrownBy(() -> store.set("snapshot.bakend", JSON.textNode("copy")))
        .hasMessageContaining("no configuration key");
    assertThatThrownBy(() -> store.set("dbms", JSON.objectNode()))
        .isInstanceOf(TaidonException.class);
    assertThat(file).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[", "[]", "{\"dbms\":{\"version\":\"x\"}}", "\u0000garbage"})
  void a_damaged_file_is_reported_with_its_name(String content) throws IOException {
    Path file = directory.resolve("config.json");
    Files.writeString(file, content);
    assertThatThrownBy(() -> ConfigStore.open(file))
        .isInstanceOfSatisfying(
            TaidonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_CORRUPT))
        .hasMessageContaining(file.toString());
  }
}
