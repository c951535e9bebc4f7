package io.taidon.server.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import io.taidon.server.ServerTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@QuarkusTest
@Timeout(60)
class OpenApiTest extends ServerTest {
  private static final Path COMMITTED = Path.of(System.getProperty("taidon.openapi.committed"));

  /** Run with {@code -Dtaidon.openapi.update=true} to write the file instead. */
  @Test
  void committedDocumentIsWhatTheServerSays() throws IOException {
    String served = api().get("/v1/openapi", "Accept", "application/yaml").text();
    if (Boolean.getBoolean("taidon.openapi.update")) {
      Files.writeString(COMMITTED, served);
    }

    assertThat(Files.exists(COMMITTED) ? Files.readString(COMMITTED) : "")
        .as(
            "%s is out of date: run ./mvnw -pl server -am test -Dtest=OpenApiTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dtaidon.openapi.update=true and"
                + " commit it",
            COMMITTED.getFileName())
        .isEqualTo(served);
  }

  @Test
  void prepareRequestNeedsTheArgumentsOfNeitherKindInParticular() {
    JsonNode required =
        api()
            .get("/v1/openapi", "Accept", "application/json")
            .json()
            .at("/components/schemas/PrepareRequest/required");

    assertThat(required)
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrder("prepare_kind", "work_dir", "workspace");
  }
}
