package io.taidon.e2e.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.taidon.crds.v1alpha1.Api;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/** Remembers every pod that a job ever has, however short-lived. Begin it before the job. */
public final class PodWatch implements AutoCloseable {
  private final Set<String> seen = new ConcurrentSkipListSet<>();
  private final Watch watch;

  private PodWatch(TestNamespace in, String job) {
    watch =
        in.client()
            .pods()
            .inNamespace(in.name())
            .withLabel(Api.LABEL_JOB, job)
            .watch(
                new Watcher<Pod>() {
                  @Override
                  public void eventReceived(Action action, Pod pod) {
                    seen.add(pod.getMetadata().getName());
                  }

                  @Override
                  public void onClose(WatcherException cause) {
                    seen.add("(the watch broke: " + cause.getMessage() + ")");
                  }
                });
  }

  /** Watches for the pods of a job. */
  public static PodWatch of(TestNamespace in, String job) {
    return new PodWatch(in, job);
  }

  /** The names of those seen so far. */
  public Set<String> seen() {
    return Set.copyOf(seen);
  }

  @Override
  public void close() {
    watch.close();
  }
}
