package io.taidon.server.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.gateway.auth.SignedTokens;
import io.taidon.gateway.auth.TokenGrant;
import io.taidon.gateway.auth.TokenKeys;
import io.taidon.gateway.auth.TokenSigner;
import io.taidon.gateway.auth.TokenSigningKey;
import io.taidon.gateway.auth.TokenVerifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The keys of a store that sign tokens, in one file of the store: made once, renewed when asked.
 * The public half of a key that was replaced stays until the last token it signed is over.
 * Thread-safe; blocks for the file.
 *
 * <p>The file also holds the store's name as the audience of tokens, and the secret by which the
 * gateway is the same to clients after a restart.
 */
public final class TokenVault {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int AUDIENCE_BYTES = 8;
  private static final int SECRET_BYTES = 32;

  private final OwnerOnlyFile file;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final SignedTokens verifier;
  private ObjectNode content;
  private TokenSigningKey key;

  private TokenVault(OwnerOnlyFile file, InstantSource clock, ObjectNode content) {
    this.file = file;
    this.clock = clock;
    this.content = content;
    this.key = signingKey(content);
    this.verifier = new SignedTokens(content.path("audience").asText(), trusted(content));
  }

  /**
   * Reads the keys of a store, or makes them.
   *
   * @param directory where the store keeps them
   * @throws TaidonException {@code CONFIG_CORRUPT} if the file is something else; {@code
   *     STORE_UNUSABLE}
   */
  public static TokenVault open(Path directory, InstantSource clock) {
    OwnerOnlyFile file = new OwnerOnlyFile(directory.resolve("keys.json"));
    if (file.exists()) {
      return new TokenVault(file, clock, parse(file));
    }
    ObjectNode fresh = JSON.createObjectNode();
    fresh.put("audience", "sqlrs-" + HexFormat.of().formatHex(random(AUDIENCE_BYTES)));
    fresh.put("secret", Base64.getEncoder().encodeToString(random(SECRET_BYTES)));
    fresh.set("signing", tree(TokenSigningKey.create().toJwk()));
    fresh.putArray("retired");
    file.write(bytes(fresh));
    return new TokenVault(file, clock, fresh);
  }

  /** What the gateway asks; it learns of new keys by itself. */
  public TokenVerifier verifier() {
    return verifier;
  }

  /** 32 bytes. */
  byte[] secret() {
    return Base64.getDecoder().decode(content.path("secret").asText());
  }

  /** A new token, as secret as a password. */
  public String issue(TokenGrant grant) {
    lock.lock();
    try {
      String token =
          new String(
              new TokenSigner(key, content.path("audience").asText()).sign(grant),
              StandardCharsets.US_ASCII);
      if (grant.expiresAt().isAfter(instant(content, "last_expiry"))) {
        // Before anybody has the token: a key must not be forgotten while it is good.
        change(content.deepCopy().put("last_expiry", grant.expiresAt().toString()));
      }
      return token;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Signs with a new key from now on.
   *
   * @param keyId the new key's name
   * @param retired how many old keys are still good for their tokens
   */
  public record Rotation(String keyId, int retired) {}

  /** Replaces the signing key. Tokens that are out stay good until they expire. */
  public Rotation rotate() {
    lock.lock();
    try {
      ObjectNode changed = content.deepCopy();
      ArrayNode retired = JSON.createArrayNode();
      for (JsonNode old : content.path("retired")) {
        if (isNeeded(old)) {
          retired.add(old);
        }
      }
      ObjectNode leaving = JSON.createObjectNode();
      leaving.put("until", instant(content, "last_expiry").toString());
      leaving.set("key", publicHalf(key));
      if (isNeeded(leaving)) {
        retired.add(leaving);
      }
      TokenSigningKey next = TokenSigningKey.create();
      changed.set("signing", tree(next.toJwk()));
      changed.set("retired", retired);
      changed.remove("last_expiry");
      change(changed);
      key = next;
      verifier.trust(trusted(changed));
      return new Rotation(next.id(), retired.size());
    } finally {
      lock.unlock();
    }
  }

  private boolean isNeeded(JsonNode retired) {
    return instant(retired, "until").isAfter(clock.instant());
  }

  private void change(ObjectNode changed) {
    file.write(bytes(changed));
    content = changed;
  }

  /** The public halves of all keys that are good for a token. */
  private static TokenKeys trusted(ObjectNode content) {
    ObjectNode set = JSON.createObjectNode();
    ArrayNode keys = set.putArray("keys");
    keys.add(publicHalf(signingKey(content)));
    content.path("retired").forEach(old -> keys.add(old.path("key")));
    return TokenKeys.parse(set.toString());
  }

  private static TokenSigningKey signingKey(ObjectNode content) {
    return TokenSigningKey.parse(bytes(content.path("signing")));
  }

  private static JsonNode publicHalf(TokenSigningKey key) {
    return tree(key.publicJwks().getBytes(StandardCharsets.UTF_8)).path("keys").path(0);
  }

  /** When it says; long ago if it does not. */
  private static Instant instant(JsonNode node, String field) {
    return node.hasNonNull(field) ? Instant.parse(node.path(field).asText()) : Instant.EPOCH;
  }

  private static ObjectNode parse(OwnerOnlyFile file) {
    try {
      if (JSON.readTree(file.read()) instanceof ObjectNode object
          && object.path("audience").isTextual()
          && object.path("secret").asText().length() == 4 * ((SECRET_BYTES + 2) / 3)
          && object.path("signing").isObject()
          && object.path("retired").isArray()) {
        return object;
      }
    } catch (IOException e) {
      // Said below, and without the cause: its message may quote the file.
    }
    throw TaidonException.of(
            ErrorCode.CONFIG_CORRUPT, "The keys of tokens in " + file.file() + " cannot be read.")
        .with("file", file.file().toString())
        .remedy("Remove the file; tokens that are out end with it, and new keys are made.");
  }

  private static JsonNode tree(byte[] json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(JsonNode node) {
    return node.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] random(int count) {
    byte[] bytes = new byte[count];
    RANDOM.nextBytes(bytes);
    return bytes;
  }
}
