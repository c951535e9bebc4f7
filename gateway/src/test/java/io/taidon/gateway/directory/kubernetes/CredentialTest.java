package io.taidon.gateway.directory.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.taidon.core.scram.ScramVerifier;
import io.taidon.crds.v1alpha1.DbInstance;
import io.taidon.gateway.directory.Access;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CredentialTest {
  private static final String PASSWORD = "correct horse";
  private static final ScramVerifier VERIFIER = ScramVerifier.of(PASSWORD);

  private final Map<String, String> data =
      new HashMap<>(Map.of("role", "sqlrs", "password", PASSWORD, "verifier", VERIFIER.text()));

  @Test
  void has_the_verifier_and_the_keys_that_belong_to_it() {
    Credential credential = Credential.of(secret("u1", Credential.TYPE), instance()).orElseThrow();
    assertThat(credential.role()).isEqualTo("sqlrs");
    assertThat(credential.verifier()).isEqualTo(VERIFIER);
    assertThat(credential.keys())
        .contains(ScramVerifier.keys(PASSWORD, VERIFIER.salt(), VERIFIER.iterations()));
    assertThat(credential.toString()).doesNotContain(PASSWORD, VERIFIER.text());
  }

  @Test
  void counts_only_for_its_owner_and_with_its_type() {
    assertThat(Credential.of(secret("u2", Credential.TYPE), instance())).isEmpty();
    assertThat(Credential.of(secret("u1", "Opaque"), instance())).isEmpty();
  }

  @Test
  void the_role_may_stand_in_the_user_name() {
    data.remove("role");
    data.put("username", "app~shop.team-a");
    assertThat(Credential.of(secret("u1", Credential.TYPE), instance()))
        .hasValueSatisfying(found -> assertThat(found.role()).isEqualTo("app"));
  }

  @Test
  void the_role_says_what_may_be_done() {
    assertThat(Credential.of(secret("u1", Credential.TYPE), instance()).orElseThrow().access())
        .isEqualTo(Access.READ_WRITE);
    data.put("role", "sqlrs_reader");
    assertThat(Credential.of(secret("u1", Credential.TYPE), instance()).orElseThrow().access())
        .isEqualTo(Access.READ_ONLY);
  }

  @Test
  void without_a_verifier_that_can_be_used_nobody_gets_in() {
    data.put("verifier", "md5abc");
    assertThat(Credential.of(secret("u1", Credential.TYPE), instance())).isEmpty();
    data.put("verifier", VERIFIER.text().replace("$4096:", "$9999999:"));
    assertThat(Credential.of(secret("u1", Credential.TYPE), instance())).isEmpty();
    data.remove("verifier");
    assertThat(Credential.of(secret("u1", Credential.TYPE), instance())).isEmpty();
  }

  @Test
  void a_password_that_does_not_fit_makes_no_keys() {
    data.put("password", "another");
    assertThat(Credential.of(secret("u1", Credential.TYPE), instance()).orElseThrow().keys())
        .isEmpty();
    data.put("password", "ünprintable");
    assertThat(Credential.of(secret("u1", Credential.TYPE), instance()).orElseThrow().keys())
        .isEmpty();
  }

  private Secret secret(String owner, String type) {
    Map<String, String> encoded = new HashMap<>();
    data.forEach((key, value) ->
        encoded.put(
            key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
    return new SecretBuilder()
        .withNewMetadata()
        .withName("shop-credentials")
        .withResourceVersion("1")
        .addNewOwnerReference()
        .withApiVersion("taidon.io/v1alpha1")
        .withKind("DbInstance")
        .withName("shop")
        .withUid(owner)
        .endOwnerReference()
        .endMetadata()
        .withType(type)
        .withData(encoded)
        .build();
  }

  private static InstanceView instance() {
    DbInstance resource = new DbInstance();
    resource.setMetadata(
        new ObjectMetaBuilder().withNamespace("team-a").withName("shop").withUid("u1").build());
    return new InstanceView(resource);
  }
}
