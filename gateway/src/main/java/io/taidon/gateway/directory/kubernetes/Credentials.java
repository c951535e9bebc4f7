package io.taidon.gateway.directory.kubernetes;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.taidon.core.scram.ScramKeys;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The credentials of instances. Each Secret is got by its name and remembered for a few seconds;
 * the gateway may neither list Secrets nor watch them. Keys, which cost work, are remembered as
 * long as the Secret is the same. Thread-safe.
 */
final class Credentials {
  private static final int MOST = 10_000;
  private static final Duration FOUND = Duration.ofSeconds(10);
  private static final Duration MISSING = Duration.ofSeconds(1);
  private static final Duration KEYS = Duration.ofMinutes(10);

  private final KubernetesClient client;
  private final ApiCalls calls;
  private final AsyncCache<Place, Optional<Credential>> secrets =
      Caffeine.newBuilder()
          .maximumSize(MOST)
          .expireAfter(
              Expiry.<Place, Optional<Credential>>creating(
                  (place, found) -> found.isPresent() ? FOUND : MISSING))
          .buildAsync();
  private final Cache<KeyPlace, Optional<ScramKeys>> keys =
      Caffeine.newBuilder().maximumSize(MOST).expireAfterAccess(KEYS).build();

  /** Which Secret, for which instance: one that is made anew has new ones. */
  private record Place(InstanceKey instance, String uid, String secret) {}

  private record KeyPlace(String uid, String version) {}

  Credentials(KubernetesClient client, ApiCalls calls) {
    this.client = client;
    this.calls = calls;
  }

  /** The credentials of an instance; empty if there are none that can be trusted. */
  CompletableFuture<Optional<Credential>> of(InstanceView instance) {
    Place place = new Place(instance.key(), instance.uid(), instance.secretName());
    return secrets.get(place, (missing, threads) -> calls.call(() -> get(instance)));
  }

  /** The keys of an instance's role. */
  CompletableFuture<Optional<ScramKeys>> keys(InstanceView instance, Credential credential) {
    KeyPlace place = new KeyPlace(instance.uid(), credential.version());
    return calls.call(() -> Objects.requireNonNull(keys.get(place, missing -> credential.keys())));
  }

  private Optional<Credential> get(InstanceView instance) {
    Secret secret =
        client
            .secrets()
            .inNamespace(instance.key().namespace())
            .withName(instance.secretName())
            .get();
    return secret == null ? Optional.empty() : Credential.of(secret, instance);
  }
}
