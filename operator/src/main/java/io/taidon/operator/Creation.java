package io.taidon.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Creates what is to be there once, however often that is asked for. */
public final class Creation {
  private static final Logger LOG = Logger.getLogger(Creation.class);

  /** {@code NamespaceTerminatingCause} of the Kubernetes API. */
  private static final String NAMESPACE_TERMINATING = "NamespaceTerminating";

  private Creation() {}

  /**
   * Creates an object unless there is one of its name. In a namespace that is being deleted nothing
   * can be created, and who wants it is about to go too: there it does nothing.
   */
  public static void unlessThere(KubernetesClient client, HasMetadata wanted) {
    try {
      client.resource(wanted).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT && !isNamespaceGoing(e)) {
        throw e;
      }
      LOG.debugf(
          "%s %s is not created: HTTP %d",
          wanted.getKind(), wanted.getMetadata().getName(), e.getCode());
    }
  }

  private static boolean isNamespaceGoing(KubernetesClientException e) {
    return e.getCode() == HttpURLConnection.HTTP_FORBIDDEN
        && Optional.ofNullable(e.getStatus())
            .map(Status::getDetails)
            .map(details -> Optional.ofNullable(details.getCauses()).orElse(List.of()))
            .stream()
            .flatMap(List::stream)
            .anyMatch(cause -> NAMESPACE_TERMINATING.equals(cause.getReason()));
  }
}
