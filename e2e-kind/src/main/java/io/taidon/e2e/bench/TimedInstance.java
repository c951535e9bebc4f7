package io.taidon.e2e.bench;

import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.taidon.crds.v1alpha1.DbInstance;
import io.taidon.crds.v1alpha1.DbInstanceStatus.Timeline;
import io.taidon.e2e.cluster.Outcomes;
import io.taidon.e2e.cluster.Patience;
import io.taidon.e2e.cluster.TestNamespace;
import io.taidon.e2e.connect.Dsn;
import io.taidon.e2e.connect.Outside;
import io.taidon.e2e.source.Instances;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One DbInstance as a client sees it: it creates the object, waits for the Secret that the status
 * names, and connects at once with its DSN; the gateway holds it until the server answers.
 */
final class TimedInstance {
  static final String SEEN = "seen by the operator";
  static final String SECRET = "Secret named";
  static final String BOUND = "bound";
  static final String CLONED = "cloned";
  static final String STARTED = "started";
  static final String ANSWERED = "answered";
  static final String READY = "Ready seen";
  static final String FIRST_ROW = "first row";

  private final TestNamespace in;
  private final Outside outside;

  TimedInstance(TestNamespace in, Outside outside) {
    this.in = in;
    this.outside = outside;
  }

  Round measure(String name, String job) throws SQLException {
    Round round = new Round();
    Instant created = Instant.now();
    try (Watch watch = watch(round, name)) {
      in.create(Instances.ofJob(name, job).write());
      Patience.await("the Secret of " + name)
          .pollInterval(Duration.ofMillis(5))
          .until(() -> round.stages().containsKey(SECRET));
      outside.query(Dsn.of(in, name), "SELECT 1");
      round.reach(FIRST_ROW);
      Patience.await("instance " + name + " is Ready")
          .until(() ->
              Outcomes.ready(in.instance(name).require())
                  .filter(c -> c.getStatus().equals("True"))
                  .isPresent());
    }
    noteTimeline(round, created, in.instance(name).require().getStatus().timeline());
    in.instance(name).delete();
    Outcomes.awaitGone(in, name);
    Patience.await("the pod of " + name + " is gone")
        .until(() ->
            in.pods().stream()
                .noneMatch(pod -> pod.getMetadata().getName().startsWith(name + "-")));
    return round;
  }

  private Watch watch(Round round, String name) {
    return in.client()
        .resources(DbInstance.class)
        .inNamespace(in.name())
        .withName(name)
        .watch(
            new Watcher<DbInstance>() {
              @Override
              public void eventReceived(Action action, DbInstance instance) {
                if (instance.getStatus() == null) {
                  return;
                }
                if (instance.getStatus().secretRef() != null) {
                  round.reach(SECRET);
                }
                Outcomes.ready(instance)
                    .filter(c -> c.getStatus().equals("True"))
                    .ifPresent(_ -> round.reach(READY));
              }

              @Override
              public void onClose(WatcherException cause) {}
            });
  }

  /**
   * The operator's clock is the client's where both are on one machine; else this is as good as
   * they agree.
   */
  private static void noteTimeline(Round round, Instant created, Timeline timeline) {
    long seen = Duration.between(created, Instant.parse(timeline.requestTime())).toMillis();
    round.note(SEEN, seen);
    Optional.ofNullable(timeline.boundMillis()).ifPresent(at -> round.note(BOUND, seen + at));
    Optional.ofNullable(timeline.clonedMillis()).ifPresent(at -> round.note(CLONED, seen + at));
    Optional.ofNullable(timeline.startedMillis()).ifPresent(at -> round.note(STARTED, seen + at));
    Optional.ofNullable(timeline.answeredMillis()).ifPresent(at -> round.note(ANSWERED, seen + at));
  }
}
