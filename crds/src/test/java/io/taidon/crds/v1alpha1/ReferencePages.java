package io.taidon.crds.v1alpha1;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The generated pages of {@code docs/reference}. */
final class ReferencePages {
  private static final String NOTICE = "<!-- Generated from the types of crds/; do not edit. -->\n";

  private ReferencePages() {}

  static String kinds(Map<String, String> yaml) {
    StringBuilder page = new StringBuilder(NOTICE + "# The kinds of `taidon.io/v1alpha1`\n");
    yaml.values()
        .forEach(text -> {
          CustomResourceDefinition definition = Serialization.unmarshal(text);
          JSONSchemaProps root =
              definition.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
          page.append("\n## ").append(definition.getSpec().getNames().getKind()).append("\n\n");
          page.append(root.getDescription()).append(" Short names: ");
          page.append(code(definition.getSpec().getNames().getShortNames())).append(".\n");
          table(page, "spec", root);
          table(page, "status", root);
        });
    return page.toString();
  }

  private static void table(StringBuilder page, String member, JSONSchemaProps root) {
    page.append("\n| Field | Type | Meaning |\n|---|---|---|\n");
    rows(page, member, root.getProperties().get(member));
  }

  private static void rows(StringBuilder page, String path, JSONSchemaProps schema) {
    if (schema.getProperties() == null) {
      return;
    }
    schema
        .getProperties()
        .forEach((name, field) -> {
          String here = path + "." + name;
          boolean required = schema.getRequired() != null && schema.getRequired().contains(name);
          page.append("| `").append(here).append("` | ").append(type(field));
          page.append(required ? ", required" : "").append(" | ");
          page.append(field.getDescription().replace("|", "\\|"));
          rules(field).forEach(rule -> page.append(' ').append(rule).append('.'));
          page.append(" |\n");
          if ("array".equals(field.getType())) {
            rows(page, here + "[]", field.getItems().getSchema());
          } else {
            rows(page, here, field);
          }
        });
  }

  private static List<String> rules(JSONSchemaProps field) {
    List<String> rules = new ArrayList<>();
    if (field.getXKubernetesValidations() != null) {
      field.getXKubernetesValidations().forEach(rule -> rules.add("It " + rule.getMessage()));
    }
    return rules;
  }

  private static String type(JSONSchemaProps field) {
    if ("array".equals(field.getType())) {
      return "list of " + type(field.getItems().getSchema());
    }
    if (field.getEnum() != null && !field.getEnum().isEmpty()) {
      return code(field.getEnum().stream().map(value -> value.asText()).toList());
    }
    return field.getType();
  }

  private static String code(List<String> words) {
    return String.join(", ", words.stream().map(word -> "`" + word + "`").toList());
  }

  static String conditions() {
    StringBuilder page =
        new StringBuilder(
            NOTICE
                + """
                # Conditions and reasons

                Wait for a condition with its status *and* `observedGeneration` equal to the object's generation. Reasons never change
                their meaning; new ones may come. Messages are for people and may change.
                """);
    reasons(page, "PrepareJob", "`Planned` and `Succeeded`", JobReason.values());
    reasons(page, "DbInstance", "`Ready`", InstanceReason.values());
    reasons(page, "StateSnapshot", "`Ready`", StateReason.values());
    reasons(page, "StateSnapshot", "`Kept`", KeptReason.values());
    return page.toString();
  }

  private static void reasons(StringBuilder page, String kind, String types, Reason[] reasons) {
    page.append("\n## ").append(kind).append(": ").append(types);
    page.append("\n\n| Reason | Status | Meaning |\n|---|---|---|\n");
    for (Reason reason : reasons) {
      page.append("| `").append(reason.value()).append("` | ").append(reason.status());
      page.append(" | ").append(reason.meaning()).append(" |\n");
    }
  }
}
