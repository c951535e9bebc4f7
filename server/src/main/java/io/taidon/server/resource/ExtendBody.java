package io.taidon.server.resource;

import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The body of {@code POST /v1/instances/{ref}/extend}; everything absent has its default. */
@Schema(name = "ExtendRequest", description = "How long an instance is to live on.")
public record ExtendBody(
    @Schema(
            description = "Milliseconds from now; 0 is the longest time.",
            minimum = "0",
            maximum = "3153600000000")
        Optional<Long> ttlMillis) {
  static final ExtendBody STANDARD = new ExtendBody(Optional.empty());

  /** The checked time. */
  Optional<Duration> ttl() {
    return Fields.time("ttl_millis", ttlMillis);
  }
}
