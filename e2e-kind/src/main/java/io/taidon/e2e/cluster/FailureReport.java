package io.taidon.e2e.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What somebody wants to see who was not there when a scenario failed: objects, events, logs. No
 * Secrets.
 */
public final class FailureReport {
  private static final int LOG_LINES = 400;

  private final KubernetesClient client;
  private final Installation taidon;
  private final StringBuilder text = new StringBuilder();

  private FailureReport(KubernetesClient client, Installation taidon) {
    this.client = client;
    this.taidon = taidon;
  }

  /** Writes one about a namespace into a directory and returns the file. */
  public static Path write(TestNamespace in, Installation taidon, Path directory)
      throws IOException {
    FailureReport report = new FailureReport(in.client(), taidon);
    report.collect(in);
    Files.createDirectories(directory);
    return Files.writeString(directory.resolve(in.name() + ".txt"), report.text);
  }

  private void collect(TestNamespace in) {
    attempt("holdings", () -> text.append(String.join("\n", in.holdings())).append('\n'));
    attempt("jobs", () -> objects(in.jobs()));
    attempt("instances", () -> objects(in.instances()));
    attempt("states", () -> objects(in.states()));
    attempt("pods", () -> objects(in.pods()));
    attempt("config maps", () -> objects(in.configMaps()));
    attempt("events", () -> events(in.name()));
    attempt("logs", () -> in.pods().forEach(this::logs));
    for (Component component : Component.values()) {
      attempt(component + " logs", () -> taidon.pods(component).forEach(this::logs));
    }
  }

  private void attempt(String part, Runnable collection) {
    text.append("\n======== ").append(part).append('\n');
    try {
      collection.run();
    } catch (RuntimeException e) {
      text.append("not to be had: ").append(e).append('\n');
    }
  }

  private void objects(List<? extends HasMetadata> objects) {
    objects.forEach(object -> {
      object.getMetadata().setManagedFields(List.of());
      text.append("---\n").append(client.getKubernetesSerialization().asYaml(object));
    });
  }

  private void events(String namespace) {
    client
        .v1()
        .events()
        .inNamespace(namespace)
        .list()
        .getItems()
        .forEach(event ->
            text.append(event.getLastTimestamp())
                .append(' ')
                .append(event.getInvolvedObject().getKind())
                .append(' ')
                .append(event.getInvolvedObject().getName())
                .append(' ')
                .append(event.getReason())
                .append(": ")
                .append(event.getMessage())
                .append('\n'));
  }

  private void logs(Pod pod) {
    Stream.concat(
            pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
        .forEach(container -> {
          text.append("--- log of ")
              .append(pod.getMetadata().getName())
              .append('/')
              .append(container.getName())
              .append('\n');
          try {
            text.append(
                client
                    .pods()
                    .inNamespace(pod.getMetadata().getNamespace())
                    .withName(pod.getMetadata().getName())
                    .inContainer(container.getName())
                    .tailingLines(LOG_LINES)
                    .getLog());
          } catch (KubernetesClientException e) {
            text.append("none: ").append(e.getMessage());
          }
          text.append('\n');
        });
  }
}
