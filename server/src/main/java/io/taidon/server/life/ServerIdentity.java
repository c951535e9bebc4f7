package io.taidon.server.life;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Who this server is: new at each start, and known to those who may read {@code engine.json}. */
@Singleton
public final class ServerIdentity {
  private final String version;
  private final String instanceId;
  private final String token;
  private final Instant startedAt = Instant.now();

  @Inject
  ServerIdentity(@ConfigProperty(name = "quarkus.application.version") String version) {
    SecureRandom random = new SecureRandom();
    this.version = version;
    this.instanceId = HexFormat.of().formatHex(bytes(random, 16));
    this.token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(random, 32));
  }

  private static byte[] bytes(SecureRandom random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  public String version() {
    return version;
  }

  /** 32 hexadecimal digits. */
  public String instanceId() {
    return instanceId;
  }

  public Instant startedAt() {
    return startedAt;
  }

  public long pid() {
    return ProcessHandle.current().pid();
  }

  /** The secret that opens the API: 256 random bits in base64url. Never to be logged. */
  public String token() {
    return token;
  }

  /** Whether this is the token, in a time that does not depend on where it differs. */
  public boolean isToken(String candidate) {
    return MessageDigest.isEqual(
        token.getBytes(StandardCharsets.UTF_8), candidate.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "server " + instanceId;
  }
}
