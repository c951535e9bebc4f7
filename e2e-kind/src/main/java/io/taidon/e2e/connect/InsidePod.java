package io.taidon.e2e.connect;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.taidon.e2e.cluster.Patience;
import io.taidon.e2e.cluster.TestNamespace;
import java.util.Set;

/** A client in a pod: psql with the DSN of the Secret, unchanged, as an application has it. */
public final class InsidePod {
  private static final String PSQL = "/opt/taidon/bin/psql";
  private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

  private final TestNamespace in;
  private final String image;

  /** With psql out of the runner's image. */
  public InsidePod(TestNamespace in, String image) {
    this.in = in;
    this.image = image;
  }

  /** What psql prints, without decoration. */
  public String query(String instance, String sql) {
    String secret = in.instance(instance).require().getStatus().secretRef().name();
    String name = in.create(pod(secret, sql)).getMetadata().getName();
    var pod = in.client().pods().inNamespace(in.name()).withName(name);
    Patience.await("psql in pod " + name + " ends")
        .until(() -> ENDED.contains(pod.require().getStatus().getPhase()));
    String printed = pod.getLog().strip();
    boolean well = pod.require().getStatus().getPhase().equals("Succeeded");
    pod.delete();
    if (!well) {
      throw new AssertionError("psql failed: " + printed);
    }
    return printed;
  }

  private Pod pod(String secret, String sql) {
    return new PodBuilder()
        .withNewMetadata()
        .withGenerateName("client-")
        .endMetadata()
        .withNewSpec()
        .withRestartPolicy("Never")
        .withAutomountServiceAccountToken(false)
        .withTerminationGracePeriodSeconds(1L)
        .addNewContainer()
        .withName("psql")
        .withImage(image)
        .withImagePullPolicy("IfNotPresent")
        .addNewEnv()
        .withName("DATABASE_URL")
        .withNewValueFrom()
        .withNewSecretKeyRef("uri", secret, false)
        .endValueFrom()
        .endEnv()
        .withCommand(PSQL, "-X", "-A", "-t", "-w", "-d", "$(DATABASE_URL)", "-c", sql)
        .endContainer()
        .endSpec()
        .build();
  }
}
