package io.taidon.server.resource;

import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The body of {@code POST /v1/instances/{ref}/tokens}; everything absent has its default. */
@Schema(name = "TokenRequest", description = "What a token is to allow.")
public record TokenBody(
    @Schema(
            description = "How long it is good, in milliseconds; a second to 30 days.",
            defaultValue = "3600000")
        Optional<Long> ttlMillis,
    @Schema(
            description = "ro reads everything and writes nothing; rw does what the role may do.",
            enumeration = {"ro", "rw"},
            defaultValue = "ro")
        Optional<String> access,
    @Schema(description = "The role to be; with ro only a name for it.", defaultValue = "sqlrs")
        Optional<String> role,
    @Schema(description = "Where its bearer must come from, for example 10.0.0.0/8.")
        Optional<String> network) {
  static final TokenBody STANDARD =
      new TokenBody(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
