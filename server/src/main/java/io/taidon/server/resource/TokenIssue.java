package io.taidon.server.resource;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.Engine;
import io.taidon.engine.Entrance;
import io.taidon.engine.InstanceView;
import io.taidon.gateway.auth.TokenGrant;
import io.taidon.gateway.directory.Access;
import io.taidon.gateway.directory.InstanceReference;
import io.taidon.gateway.network.CidrBlock;
import io.taidon.server.error.Errors;
import io.taidon.server.gateway.EmbeddedGateway;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Makes tokens for instances. */
@Singleton
public final class TokenIssue {
  private static final Duration STANDARD_TTL = Duration.ofHours(1);
  private static final Duration LONGEST_TTL = Duration.ofDays(30);
  private static final String OWNER = "sqlrs";

  /** Before this version everybody may create tables in the schema public. */
  private static final int FIRST_MAJOR_FOR_READERS = 15;

  private final Engine engine;
  private final EmbeddedGateway gateway;

  @Inject
  TokenIssue(Engine engine, EmbeddedGateway gateway) {
    this.engine = engine;
    this.gateway = gateway;
  }

  IssuedToken issue(String instanceRef, TokenBody wish) {
    Access access = access(wish);
    String role = Fields.text("role", wish.role().orElse(OWNER));
    Duration ttl = ttl(wish);
    Optional<CidrBlock> network = network(wish);
    InstanceView instance = engine.instance(instanceRef);
    requireReaders(access, instance);
    String authority = authority();
    Instant now = Instant.now();
    // Whole seconds, as the token has them.
    Instant expiresAt = now.plus(ttl).truncatedTo(ChronoUnit.SECONDS);
    String token =
        gateway
            .tokens()
            .issue(
                new TokenGrant(
                    new InstanceReference(instance.instanceId()),
                    role,
                    access,
                    now.truncatedTo(ChronoUnit.SECONDS),
                    expiresAt,
                    network));
    return new IssuedToken(
        token,
        "postgresql://" + escaped(role) + "~token:" + token + "@" + authority + "/postgres",
        instance.instanceId(),
        role,
        wire(access),
        expiresAt);
  }

  private String authority() {
    try {
      return switch (gateway.await()) {
        case Entrance.Open open -> open.authority();
        case Entrance.Closed(String sentence) ->
            throw TaidonException.of(
                    ErrorCode.CONFLICT, "Tokens need the gateway, which is closed: " + sentence)
                .remedy("See the setting gateway.port.");
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw TaidonException.of(ErrorCode.CANCELLED, "The request was interrupted.", e);
    }
  }

  private static Access access(TokenBody wish) {
    String text = wish.access().orElse("ro");
    for (Access access : Access.values()) {
      if (wire(access).equals(text)) {
        return access;
      }
    }
    throw Fields.notOneOf("access", List.of("ro", "rw"));
  }

  private static String wire(Access access) {
    return switch (access) {
      case READ_ONLY -> "ro";
      case READ_WRITE -> "rw";
    };
  }

  private static Duration ttl(TokenBody wish) {
    long millis = wish.ttlMillis().orElse(STANDARD_TTL.toMillis());
    if (millis < 1_000 || millis > LONGEST_TTL.toMillis()) {
      throw Errors.invalid(
          "ttl_millis", "The field \"ttl_millis\" must be a second to 30 days, in milliseconds.");
    }
    return Duration.ofMillis(millis);
  }

  private static Optional<CidrBlock> network(TokenBody wish) {
    return wish.network()
        .map(text ->
            CidrBlock.parse(text)
                .orElseThrow(() ->
                    Errors.invalid(
                        "network", "The field \"network\" must be a network such as 10.0.0.0/8.")));
  }

  private static void requireReaders(Access access, InstanceView instance) {
    int major = Integer.parseInt(instance.postgresVersion().split("\\D", 2)[0]);
    if (access == Access.READ_ONLY && major < FIRST_MAJOR_FOR_READERS) {
      throw TaidonException.of(
              ErrorCode.CONFLICT,
              "PostgreSQL "
                  + instance.postgresVersion()
                  + " has no read-only tokens, because there everybody may create tables in the"
                  + " schema public.")
          .remedy("Use PostgreSQL 15 or newer, or a token with access rw for a role of your own.");
    }
  }

  private static String escaped(String role) {
    return URLEncoder.encode(role, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
