package io.taidon.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import org.jboss.logging.Logger;

/** Deletes what was seen in a cache, which may be late. */
public final class Deletion {
  private static final Logger LOG = Logger.getLogger(Deletion.class);

  private Deletion() {}

  /**
   * Deletes an object that still is as it was seen: what seems to be abandoned or idle may have
   * been built or used since. One that has changed stays, and its change brings it up again.
   */
  public static void unlessChanged(KubernetesClient client, HasMetadata seen) {
    try {
      client.resource(seen).lockResourceVersion().delete();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
      LOG.debugf("%s %s has changed since and stays", seen.getKind(), seen.getMetadata().getName());
    }
  }
}
