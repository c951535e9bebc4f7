package io.taidon.server.openapi;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import io.taidon.server.stream.Ndjson;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/**
 * Brings the description, which is derived from Java types, to what goes over the wire: snake-case
 * fields, lower-case enums, fields that may be absent instead of {@code null}, any JSON where a
 * {@code JsonNode} is, one element a line, and the error body that every route can answer with.
 */
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public final class WireForm implements OASFilter {
  private static final String REFERENCE = "#/components/schemas/";
  private static final String ERROR = "ErrorView";
  private static final String ANY_JSON = "JsonNode";

  @Override
  public void filterOpenAPI(OpenAPI document) {
    // Sorted, so that the committed document does not depend on the order of scanning.
    Map<String, Schema> schemas = new TreeMap<>(document.getComponents().getSchemas());
    schemas.values().forEach(WireForm::toWire);
    // Without details there is no such field (ApiJson).
    Optional.ofNullable(schemas.get(ERROR))
        .ifPresent(error -> error.setRequired(List.of("code", "message")));
    schemas.remove("JsonNodeType");
    schemas.put(ANY_JSON, OASFactory.createSchema().description("Any JSON value."));
    document.getComponents().setSchemas(schemas);
  }

  private static void toWire(Schema schema) {
    Optional.ofNullable(schema.getEnumeration())
        .ifPresent(values -> schema.setEnumeration(values.stream().map(WireForm::lower).toList()));
    Map<String, Schema> properties = schema.getProperties();
    if (properties == null) {
      return;
    }
    schema.setRequired(
        properties.entrySet().stream()
            .filter(property -> !mayBeAbsent(property.getValue()))
            .map(property -> snake(property.getKey()))
            .toList());
    Map<String, Schema> renamed = new LinkedHashMap<>();
    properties.forEach((name, property) -> renamed.put(snake(name), present(property)));
    schema.setProperties(renamed);
  }

  /** An {@code Optional} is described as something that can be null. */
  private static boolean mayBeAbsent(Schema property) {
    return isNullable(property)
        || Optional.ofNullable(property.getAnyOf()).orElse(List.of()).stream()
            .anyMatch(WireForm::isNullable);
  }

  private static boolean isNullable(Schema schema) {
    return Optional.ofNullable(schema.getType()).orElse(List.of()).contains(Schema.SchemaType.NULL);
  }

  /** The same without null. */
  private static Schema present(Schema property) {
    Optional<String> reference =
        Optional.ofNullable(property.getRef())
            .or(() ->
                Optional.ofNullable(property.getAnyOf()).orElse(List.of()).stream()
                    .flatMap(choice -> Optional.ofNullable(choice.getRef()).stream())
                    .findFirst());
    if (reference.isPresent()) {
      return OASFactory.createSchema().ref(reference.get());
    }
    Optional.ofNullable(property.getType())
        .ifPresent(types ->
            property.setType(
                types.stream().filter(type -> type != Schema.SchemaType.NULL).toList()));
    return property;
  }

  @Override
  public Operation filterOperation(Operation operation) {
    Map<String, APIResponse> responses =
        new LinkedHashMap<>(operation.getResponses().getAPIResponses());
    responses.remove("400");
    responses.values().forEach(WireForm::oneElementALine);
    operation.getResponses().setAPIResponses(responses);
    operation.getResponses().setDefaultValue(failure());
    return operation;
  }

  private static void oneElementALine(APIResponse response) {
    Optional.ofNullable(response.getContent())
        .map(content -> content.getMediaType(Ndjson.TYPE))
        .map(MediaType::getSchema)
        .map(Schema::getItems)
        .ifPresent(element -> response.getContent().getMediaType(Ndjson.TYPE).setSchema(element));
  }

  private static APIResponse failure() {
    Schema error = OASFactory.createSchema().ref(REFERENCE + ERROR);
    return OASFactory.createAPIResponse()
        .description("A failure.")
        .content(
            OASFactory.createContent()
                .addMediaType("application/json", OASFactory.createMediaType().schema(error)));
  }

  private static String snake(String name) {
    return name.replaceAll("([a-z])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }

  private static Object lower(Object value) {
    return value instanceof String text ? text.toLowerCase(Locale.ROOT) : value;
  }
}
