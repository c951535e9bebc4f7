package io.taidon.crds.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The conventions of the Kubernetes API, asked of the YAML that is shipped. */
class CrdLintTest {
  /** Where bounds are those of Kubernetes' own types. */
  private static final List<String> FOREIGN =
      List.of("/spec/resources/limits", "/spec/resources/requests");

  static Stream<CustomResourceDefinition> definitions() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/main/resources/crds"))) {
      List<CustomResourceDefinition> all = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        all.add(Serialization.unmarshal(Files.readString(file)));
      }
      return all.stream();
    }
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void every_field_is_bounded_and_described(CustomResourceDefinition definition) {
    List<String> mistakes = new ArrayList<>();
    JSONSchemaProps root = version(definition).getSchema().getOpenAPIV3Schema();
    root.getProperties().forEach((name, field) -> lint("/" + name, field, mistakes));
    assertThat(mistakes).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void the_kind_can_be_watched_and_listed_by_people(CustomResourceDefinition definition) {
    assertThat(version(definition).getSubresources().getStatus()).isNotNull();
    assertThat(definition.getSpec().getNames().getCategories()).containsExactly(Api.CATEGORY);
    assertThat(definition.getSpec().getNames().getShortNames()).isNotEmpty();
    assertThat(version(definition).getAdditionalPrinterColumns())
        .filteredOn(column -> column.getPriority() == null || column.getPriority() == 0)
        .hasSizeLessThanOrEqualTo(5)
        .anyMatch(column -> column.getJsonPath().matches(".*(Ready|Succeeded)'\\)].status"))
        .last()
        .matches(column -> column.getName().equals("Age"));
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void conditions_are_a_map_by_type_and_there_is_no_phase(CustomResourceDefinition definition) {
    JSONSchemaProps status =
        version(definition).getSchema().getOpenAPIV3Schema().getProperties().get("status");
    JSONSchemaProps conditions = status.getProperties().get("conditions");
    assertThat(conditions.getXKubernetesListType()).isEqualTo("map");
    assertThat(conditions.getXKubernetesListMapKeys()).containsExactly("type");
    assertThat(conditions.getItems().getSchema().getRequired()).contains("type");
    assertThat(status.getProperties()).doesNotContainKey("phase").containsKey("observedGeneration");
  }

  /** Else an applier that drops one leaves a null, which API servers of 1.20 refuse. */
  @ParameterizedTest
  @MethodSource("definitions")
  void objects_of_a_status_are_replaced_whole(CustomResourceDefinition definition) {
    JSONSchemaProps status =
        version(definition).getSchema().getOpenAPIV3Schema().getProperties().get("status");
    assertThat(status.getProperties().entrySet())
        .filteredOn(field -> field.getValue().getType().equals("object"))
        .allMatch(field -> "atomic".equals(field.getValue().getXKubernetesMapType()));
  }

  private static CustomResourceDefinitionVersion version(CustomResourceDefinition definition) {
    return definition.getSpec().getVersions().getFirst();
  }

  private static void lint(String path, JSONSchemaProps schema, List<String> mistakes) {
    if (FOREIGN.contains(path)) {
      return;
    }
    if (schema.getDescription() == null && !path.endsWith("[]")) {
      mistakes.add(path + " has no description");
    }
    switch (schema.getType()) {
      case "string" -> {
        if (schema.getMaxLength() == null
            && (schema.getEnum() == null || schema.getEnum().isEmpty())) {
          mistakes.add(path + " has no maxLength");
        }
      }
      case "array" -> {
        if (schema.getMaxItems() == null) {
          mistakes.add(path + " has no maxItems");
        }
        if (schema.getXKubernetesListType() == null) {
          mistakes.add(path + " has no list type");
        }
        lint(path + "[]", schema.getItems().getSchema(), mistakes);
      }
      case "number" -> mistakes.add(path + " is a floating-point number");
      case "object" -> {
        if (schema.getAdditionalProperties() != null) {
          mistakes.add(path + " takes any property");
        }
        if (schema.getProperties() != null) {
          schema.getProperties().forEach((name, field) -> lint(path + "/" + name, field, mistakes));
        }
      }
      default -> {}
    }
  }
}
