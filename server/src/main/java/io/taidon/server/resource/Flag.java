package io.taidon.server.resource;

import io.taidon.server.error.Errors;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A query parameter that is {@code true} or {@code false} and nothing else. */
@Schema(type = SchemaType.BOOLEAN)
public record Flag(boolean isSet) {
  public static Flag fromString(String value) {
    return switch (value) {
      case "true", "" -> new Flag(true);
      case "false" -> new Flag(false);
      default -> throw Errors.invalid("query", "A flag is true or false, not \"" + value + "\".");
    };
  }
}
