package io.taidon.server.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.taidon.core.error.TaidonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineFileTest {
  @TempDir Path directory;

  private final ServerIdentity identity = new ServerIdentity("0.1.0");

  private Path run() {
    return directory.resolve("store/run");
  }

  @Test
  void fileHasTheFieldsOfTheContractAndIsTheOwnersOnly() throws IOException {
    new EngineFile(run(), identity).write("http://127.0.0.1:40123");

    Path file = run().resolve("engine.json");
    JsonNode content = new ObjectMapper().readTree(file.toFile());
    assertThat(content.fieldNames())
        .toIterable()
        .containsExactly("endpoint", "pid", "authToken", "version", "instanceId", "startedAt");
    assertThat(content.path("endpoint").asText()).isEqualTo("http://127.0.0.1:40123");
    assertThat(content.path("authToken").asText()).isEqualTo(identity.token()).hasSize(43);
    assertThat(Instant.parse(content.path("startedAt").asText())).isEqualTo(identity.startedAt());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (var files = Files.list(run())) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void onlyTheOwnFileIsRemoved() {
    EngineFile mine = new EngineFile(run(), identity);
    EngineFile others = new EngineFile(run(), new ServerIdentity("0.1.0"));
    mine.write("http://127.0.0.1:1");
    others.write("http://127.0.0.1:2");

    assertThat(mine.remove()).isFalse();
    assertThat(run().resolve("engine.json")).exists();
    assertThat(others.remove()).isTrue();
    assertThat(run().resolve("engine.json")).doesNotExist();
    assertThat(others.remove()).isFalse();
  }

  @Test
  void directoryThatCannotBeMadeIsNamed() throws IOException {
    Files.writeString(directory.resolve("store"), "a file");

    assertThatThrownBy(() -> new EngineFile(run(), identity).write("http://127.0.0.1:1"))
        .isInstanceOf(TaidonException.class)
        .hasMessageContaining("engine.json");
  }

  @Test
  void tokenIsComparedWhole() {
    assertThat(identity.isToken(identity.token())).isTrue();
    assertThat(identity.isToken(identity.token().substring(1))).isFalse();
    assertThat(identity.isToken("")).isFalse();
    assertThat(identity.toString()).doesNotContain(identity.token());
  }
}
