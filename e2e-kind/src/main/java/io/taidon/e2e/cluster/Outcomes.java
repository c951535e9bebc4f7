package io.taidon.e2e.cluster;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.taidon.crds.v1alpha1.ConditionTypes;
import io.taidon.crds.v1alpha1.DbInstance;
import io.taidon.crds.v1alpha1.InstanceReason;
import io.taidon.crds.v1alpha1.JobReason;
import io.taidon.crds.v1alpha1.PrepareJob;
import io.taidon.crds.v1alpha1.Reason;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Waits for what has to become of jobs and instances, and says what became of them instead. */
public final class Outcomes {
  private Outcomes() {}

  /** The condition of a job, once it is about the job as it is now. */
  public static Optional<Condition> succeeded(PrepareJob job) {
    return job.getStatus() == null
        ? Optional.empty()
        : current(job, job.getStatus().conditions(), ConditionTypes.SUCCEEDED);
  }

  /** The condition of an instance, once it is about the instance as it is now. */
  public static Optional<Condition> ready(DbInstance instance) {
    return instance.getStatus() == null
        ? Optional.empty()
        : current(instance, instance.getStatus().conditions(), ConditionTypes.READY);
  }

  private static Optional<Condition> current(
      CustomResource<?, ?> object, List<Condition> conditions, String type) {
    return Optional.ofNullable(conditions).orElse(List.of()).stream()
        .filter(condition -> condition.getType().equals(type))
        .filter(condition ->
            Objects.equals(condition.getObservedGeneration(), object.getMetadata().getGeneration()))
        .findFirst();
  }

  private static boolean has(Optional<Condition> condition, Reason reason) {
    return condition.filter(c -> c.getReason().equals(reason.value())).isPresent();
  }

  /** Waits until a job has ended, well or not. */
  public static PrepareJob awaitEnd(TestNamespace in, String job) {
    return await(
        in.job(job),
        "job " + job + " ends",
        it -> succeeded(it).filter(c -> !c.getStatus().equals("Unknown")).isPresent());
  }

  /** Waits until a job is at a point on its way. */
  public static PrepareJob await(TestNamespace in, String job, JobReason reason) {
    return await(
        in.job(job),
        "job " + job + " is " + reason.value(),
        it ->
            has(succeeded(it), reason)
                || succeeded(it).filter(c -> !c.getStatus().equals("Unknown")).isPresent());
  }

  /**
   * Waits until a job has ended with a reason.
   *
   * @throws AssertionError if it ended with another one
   */
  public static PrepareJob awaitEnd(TestNamespace in, String job, JobReason reason) {
    PrepareJob ended = awaitEnd(in, job);
    Condition condition = succeeded(ended).orElseThrow();
    if (!condition.getReason().equals(reason.value())) {
      throw new AssertionError(
          "job "
              + job
              + " ended with "
              + condition.getReason()
              + " instead of "
              + reason.value()
              + ": "
              + condition.getMessage());
    }
    return ended;
  }

  /** Waits until an instance is as a reason says. */
  public static DbInstance await(TestNamespace in, String instance, InstanceReason reason) {
    return await(
        in.instance(instance),
        "instance " + instance + " is " + reason.value(),
        it -> has(ready(it), reason));
  }

  /** Waits until something holds of an instance that has a status; the words say what. */
  public static DbInstance await(
      TestNamespace in, String instance, Predicate<DbInstance> holds, String what) {
    return await(
        in.instance(instance),
        "instance " + instance + " " + what,
        it -> it.getStatus() != null && holds.test(it));
  }

  /** Waits until an instance is gone. */
  public static void awaitGone(TestNamespace in, String instance) {
    Patience.await("instance " + instance + " is gone")
        .until(() -> in.instance(instance).get() == null);
  }

  private static <T extends CustomResource<?, ?>> T await(
      Resource<T> resource, String what, Predicate<T> holds) {
    try {
      return Objects.requireNonNull(
          resource.waitUntilCondition(
              it -> it != null && holds.test(it),
              Patience.limit().toMillis(),
              TimeUnit.MILLISECONDS));
    } catch (KubernetesClientTimeoutException e) {
      T last = resource.get();
      throw new AssertionError(
          what
              + " was awaited in vain; it is "
              + (last == null ? "gone" : "at " + last.getStatus()),
          e);
    }
  }
}
