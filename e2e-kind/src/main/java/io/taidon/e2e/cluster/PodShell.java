package io.taidon.e2e.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs commands in a container. */
public final class PodShell {
  private final KubernetesClient client;
  private final String namespace;
  private final String pod;

  public PodShell(KubernetesClient client, String namespace, String pod) {
    this.client = client;
    this.namespace = namespace;
    this.pod = pod;
  }

  /**
   * What a command prints.
   *
   * @throws IllegalStateException with what it complains of, if it fails
   */
  public String run(String... command) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream error = new ByteArrayOutputStream();
    try (ExecWatch watch =
        client
            .pods()
            .inNamespace(namespace)
            .withName(pod)
            .writingOutput(out)
            .writingError(error)
            .exec(command)) {
      Integer code = watch.exitCode().get(Patience.limit().toSeconds(), TimeUnit.SECONDS);
      if (code == null || code != 0) {
        throw new IllegalStateException(
            String.join(" ", command)
                + " in pod "
                + pod
                + " ended with "
                + code
                + ": "
                + error.toString(StandardCharsets.UTF_8));
      }
      return out.toString(StandardCharsets.UTF_8);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(String.join(" ", command) + " in pod " + pod, e);
    }
  }
}
