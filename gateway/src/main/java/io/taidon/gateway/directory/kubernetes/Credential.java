package io.taidon.gateway.directory.kubernetes;

import io.fabric8.kubernetes.api.model.Secret;
import io.taidon.core.error.TaidonException;
import io.taidon.core.scram.ScramKeys;
import io.taidon.core.scram.ScramVerifier;
import io.taidon.crds.v1alpha1.Api;
import io.taidon.crds.v1alpha1.VolumeAttributes;
import io.taidon.gateway.directory.Access;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The credentials of an instance, as its Secret has them.
 *
 * @param version the Secret's resource version
 * @param password printable ASCII, a secret
 */
record Credential(String version, String role, ScramVerifier verifier, Optional<String> password) {
  /** The type of the Secret. */
  static final String TYPE = "taidon.io/credentials";

  /** More would be work that somebody wants us to do. */
  private static final int MOST_ITERATIONS = 1 << 17;

  /**
   * Reads a Secret; empty unless it is the one that was made for this very instance. Whoever may
   * make a Secret of that name could otherwise say who gets in.
   */
  static Optional<Credential> of(Secret secret, InstanceView instance) {
    boolean ours =
        TYPE.equals(secret.getType())
            && secret.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner ->
                    owner.getKind().equals("DbInstance") && owner.getUid().equals(instance.uid()));
    Map<String, String> data = Objects.requireNonNullElse(secret.getData(), Map.of());
    Optional<String> role =
        text(data, VolumeAttributes.ROLE)
            .or(() -> text(data, "username").map(Credential::beforeTilde));
    Optional<ScramVerifier> verifier =
        text(data, VolumeAttributes.VERIFIER)
            .flatMap(ScramVerifier::parse)
            .filter(parsed -> parsed.iterations() <= MOST_ITERATIONS);
    return ours && role.isPresent() && verifier.isPresent()
        ? Optional.of(
            new Credential(
                secret.getMetadata().getResourceVersion(),
                role.get(),
                verifier.get(),
                text(data, "password")))
        : Optional.empty();
  }

  /**
   * What logs in at the server in place of the password; empty if the Secret contradicts itself.
   */
  Optional<ScramKeys> keys() {
    try {
      return password
          .filter(text ->
              ScramVerifier.of(text, verifier.salt(), verifier.iterations()).equals(verifier))
          .map(text -> ScramVerifier.keys(text, verifier.salt(), verifier.iterations()));
    } catch (TaidonException e) {
      return Optional.empty(); // a password that nobody could log in with
    }
  }

  /** What whoever logs in with it may do. */
  Access access() {
    return role.equals(Api.ROLE_READER) ? Access.READ_ONLY : Access.READ_WRITE;
  }

  private static String beforeTilde(String user) {
    int tilde = user.lastIndexOf('~');
    return tilde < 0 ? user : user.substring(0, tilde);
  }

  private static Optional<String> text(Map<String, String> data, String key) {
    try {
      return Optional.ofNullable(data.get(key))
          .map(value -> new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Not the secrets. */
  @Override
  public String toString() {
    return "Credential[" + version + ", " + role + "]";
  }
}
