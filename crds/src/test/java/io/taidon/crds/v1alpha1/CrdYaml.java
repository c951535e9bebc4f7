package io.taidon.crds.v1alpha1;

import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Makes the YAML of the kinds: what Fabric8's generator reads off the types, and what it has no
 * annotation for.
 */
final class CrdYaml {
  static final List<Class<? extends CustomResource<?, ?>>> KINDS =
      List.of(PrepareJob.class, StateSnapshot.class, DbInstance.class);

  /** Lists of named things: each writer applies its own entries (server-side apply). */
  private static final List<String> RESOURCES =
      List.of("cpu", "memory", "ephemeral-storage", "hugepages-2Mi", "hugepages-1Gi");

  private static final Map<String, String> LIST_KEYS =
      Map.of("conditions", "type", "locations", "node", "evictions", "node", "use", "gateway");

  private static final List<String> COLUMNS =
      List.of(
          "Ready",
          "Succeeded",
          "Reason",
          "Kept",
          "Step",
          "State",
          "Nodes",
          "Endpoint",
          "Expires",
          "Age");

  private CrdYaml() {}

  /** The definitions by file name, in the order of the names. */
  static TreeMap<String, String> all(Path scratch) throws IOException {
    new CRDGenerator()
        .customResourceClasses(KINDS.toArray(Class[]::new))
        .forCRDVersions("v1")
        .inOutputDir(scratch.toFile())
        .detailedGenerate();
    TreeMap<String, String> yaml = new TreeMap<>();
    try (Stream<Path> files = Files.list(scratch)) {
      for (Path file : files.toList()) {
        CustomResourceDefinition definition = Serialization.unmarshal(Files.readString(file));
        finish(definition);
        yaml.put(
            definition.getMetadata().getName() + ".yaml",
            "# Generated from the types of crds/; do not edit.\n"
                + Serialization.asYaml(definition));
      }
    }
    return yaml;
  }

  private static void finish(CustomResourceDefinition definition) {
    definition
        .getSpec()
        .getVersions()
        .forEach(version -> {
          version
              .getAdditionalPrinterColumns()
              .sort(
                  Comparator.comparingInt((CustomResourceColumnDefinition column) ->
                          COLUMNS.contains(column.getName())
                              ? COLUMNS.indexOf(column.getName())
                              : COLUMNS.size())
                      .thenComparing(CustomResourceColumnDefinition::getName));
          JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();
          root.setDescription(meaning(definition.getSpec().getNames().getKind()));
          describe(root, "spec", "What is wanted.");
          describe(root, "status", "What is the case.");
          visit("", root);
          root.getProperties().get("status").getProperties().values().forEach(CrdYaml::whole);
        });
  }

  private static String meaning(String kind) {
    return switch (kind) {
      case "PrepareJob" ->
          "A request for a state: sources, and the steps that make the state out of them.";
      case "StateSnapshot" ->
          "A kept state: an immutable database cluster directory, and where its copies are.";
      case "DbInstance" ->
          "A writable clone of a state with a PostgreSQL server of its own, reached through the"
              + " gateway.";
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static void describe(JSONSchemaProps root, String member, String sentence) {
    root.getProperties().get(member).setDescription(sentence);
  }

  private static void visit(String name, JSONSchemaProps schema) {
    if ("array".equals(schema.getType())) {
      String key = LIST_KEYS.get(name);
      schema.setXKubernetesListType(key == null ? "atomic" : "map");
      if (key != null) {
        schema.setXKubernetesListMapKeys(List.of(key));
        // What an API server leaves when appliers have taken all their entries back
        // (kubernetes/kubernetes#134902); it must not refuse that.
        schema.setNullable(true);
        List<String> required = schema.getItems().getSchema().getRequired();
        if (!required.contains(key)) {
          required.add(key);
        }
      }
      if (name.equals("conditions")) {
        condition(schema.getItems().getSchema());
      }
      visit("", schema.getItems().getSchema());
    }
    if (name.equals("resources")) {
      resources(schema);
    }
    if (schema.getProperties() != null) {
      schema.getProperties().forEach(CrdYaml::visit);
    }
  }

  /**
   * An object in a status has one writer, who replaces it as a whole. API servers of 1.20 leave a
   * null, which their own validation refuses, when an applier drops an object field by field.
   */
  private static void whole(JSONSchemaProps field) {
    if ("object".equals(field.getType())) {
      field.setXKubernetesMapType("atomic");
    }
  }

  /** As in {@code meta/v1.Condition} of the Kubernetes API. */
  private static void condition(JSONSchemaProps item) {
    Map<String, JSONSchemaProps> fields = item.getProperties();
    bound(fields.get("type"), 316, "What the condition is about.");
    bound(
        fields.get("reason"),
        1024,
        "Why, in one CamelCase word; see docs/reference/conditions.md.");
    bound(fields.get("message"), 32768, "Why, in a sentence for people.");
    bound(fields.get("status"), 7, "True, False or Unknown.");
    bound(fields.get("lastTransitionTime"), 40, "When the status last changed.");
    fields.get("observedGeneration").setDescription("The generation that the condition is about.");
  }

  private static void bound(JSONSchemaProps field, long maxLength, String description) {
    field.setMaxLength(maxLength);
    field.setDescription(description);
  }

  /**
   * Limits and requests of what a database uses, and no claims of devices. Quantities are strings:
   * API servers of 1.20 fail at a schema with int-or-string, and then take every list for atomic,
   * so that appliers overwrite each other's entries.
   */
  private static void resources(JSONSchemaProps schema) {
    schema.getProperties().remove("claims");
    schema
        .getProperties()
        .forEach((name, field) -> {
          field.setDescription("Quantities by resource, such as `cpu` and `memory`.");
          field.setAdditionalProperties(null);
          Map<String, JSONSchemaProps> quantities = new TreeMap<>();
          for (String resource : RESOURCES) {
            JSONSchemaProps quantity = new JSONSchemaProps();
            quantity.setType("string");
            quantity.setDescription("A quantity, such as `500m` or `1Gi`, in quotes if a number.");
            quantity.setPattern("^[0-9]+([.][0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$");
            quantity.setMaxLength(32L);
            quantities.put(resource, quantity);
          }
          field.setProperties(quantities);
        });
  }
}
