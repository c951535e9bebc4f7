package io.taidon.operator;

import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.taidon.crds.v1alpha1.Reason;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import org.jboss.logging.Logger;

/**
 * Writes Kubernetes events: the history of an object. Called on changes only; losing one harms
 * nothing.
 */
@ApplicationScoped
public class OperatorEvents {
  private static final Logger LOG = Logger.getLogger(OperatorEvents.class);
  private static final int LONGEST_MESSAGE = 1024;

  private final KubernetesClient client;
  private final Clock clock = Clock.systemUTC();

  public OperatorEvents(KubernetesClient client) {
    this.client = client;
  }

  /** Tells that an object has come to this. */
  public void tell(HasMetadata about, Reason reason, String message) {
    String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    try {
      client
          .resource(
              new EventBuilder()
                  .withNewMetadata()
                  .withGenerateName(Names.label(about.getMetadata().getName()) + ".")
                  .withNamespace(about.getMetadata().getNamespace())
                  .endMetadata()
                  .withNewInvolvedObject()
                  .withApiVersion(about.getApiVersion())
                  .withKind(about.getKind())
                  .withName(about.getMetadata().getName())
                  .withNamespace(about.getMetadata().getNamespace())
                  .withUid(about.getMetadata().getUid())
                  .endInvolvedObject()
                  .withType(reason.status().equals("False") ? "Warning" : "Normal")
                  .withReason(reason.value())
                  .withMessage(message.substring(0, Math.min(message.length(), LONGEST_MESSAGE)))
                  .withFirstTimestamp(now)
                  .withLastTimestamp(now)
                  .withCount(1)
                  .withNewSource()
                  .withComponent("taidon-operator")
                  .endSource()
                  .build())
          .create();
    } catch (KubernetesClientException e) {
      LOG.debugf("an event about %s was lost: %s", about.getMetadata().getName(), e.getMessage());
    }
  }
}
