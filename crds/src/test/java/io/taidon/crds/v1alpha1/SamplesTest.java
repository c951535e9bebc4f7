package io.taidon.crds.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.client.CustomResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The samples that users start from are of our kinds, field by field. */
class SamplesTest {
  private static final ObjectMapper YAML =
      new ObjectMapper(new YAMLFactory()).enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  static Stream<Path> samples() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../examples/kubernetes"))) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void a_sample_survives_the_way_through_the_types(Path sample) throws IOException {
    List<JsonNode> documents =
        YAML.readerFor(JsonNode.class).<JsonNode>readValues(Files.readString(sample)).readAll();
    List<JsonNode> ours =
        documents.stream()
            .filter(node -> node.path("apiVersion").asText().startsWith(Api.GROUP))
            .toList();
    assertThat(ours).isNotEmpty();
    for (JsonNode node : ours) {
      assertThat(node.path("apiVersion").asText()).isEqualTo(Api.GROUP + "/" + Api.VERSION);
      Class<? extends CustomResource<?, ?>> kind =
          CrdYaml.KINDS.stream()
              .filter(type -> type.getSimpleName().equals(node.path("kind").asText()))
              .findFirst()
              .orElseThrow();
      JsonNode spec =
          YAML.readTree(YAML.writeValueAsString(YAML.treeToValue(node, kind).getSpec()));
      assertThat(spec).isEqualTo(node.path("spec"));
    }
  }
}
