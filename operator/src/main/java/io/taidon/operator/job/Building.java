package io.taidon.operator.job;

import io.fabric8.kubernetes.api.model.Pod;
import io.taidon.core.plan.Plan;
import io.taidon.core.plan.PlannedStep;
import io.taidon.core.segment.Manifest;
import io.taidon.core.segment.SegmentRequest;
import io.taidon.core.state.StateId;
import io.taidon.crds.v1alpha1.JobReason;
import io.taidon.crds.v1alpha1.PrepareJob;
import io.taidon.crds.v1alpha1.PrepareJobSpec;
import io.taidon.crds.v1alpha1.StateSnapshot;
import io.taidon.crds.v1alpha1.StateSnapshotSpec;
import io.taidon.crds.v1alpha1.VolumeAttributes;
import io.taidon.operator.Names;
import io.taidon.operator.OperatorSettings;
import io.taidon.operator.cache.Rooms;
import io.taidon.operator.cache.Worth;
import io.taidon.operator.pod.JobPods;
import io.taidon.operator.pod.PodParts;
import io.taidon.operator.pod.PodVerdict;
import io.taidon.operator.pod.PodVerdicts;
import io.taidon.operator.state.Builder;
import io.taidon.operator.state.Snapshots;
import io.taidon.operator.state.Snapshots.Claim;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Builds the missing states of a plan: claims them, runs a pod where their start is, waits. */
@ApplicationScoped
class Building {
  private static final String DEFAULT_CLASS = "default";

  private final OperatorSettings settings;
  private final Rooms rooms;
  private final Worth worth;
  private final JobInputs inputs;
  private final JobPods pods;
  private final JobPodTracker tracker;

  Building(
      OperatorSettings settings,
      Rooms rooms,
      Worth worth,
      JobInputs inputs,
      JobPods pods,
      JobPodTracker tracker) {
    this.settings = settings;
    this.rooms = rooms;
    this.worth = worth;
    this.inputs = inputs;
    this.pods = pods;
    this.tracker = tracker;
  }

  /** What a build is made of. */
  record Order(
      PrepareJob job,
      Manifest manifest,
      Plan plan,
      Snapshots snapshots,
      Predicate<Builder> alive) {}

  JobProgress advance(Order order) {
    int attempts = attempts(order.job());
    String name = podName(order.job(), attempts);
    Optional<Pod> pod = tracker.find(order.job(), name);
    return (pod.isPresent() ? judge(order, pod.get(), attempts) : begin(order, name))
        .withAttempts(pod.isPresent() && isLost(pod.get()) ? attempts + 1 : attempts);
  }

  /** The pod of the attempt that is under way. */
  static String podName(PrepareJob job, int attempts) {
    return Names.child(job.getMetadata().getName(), "build-" + attempts);
  }

  static int attempts(PrepareJob job) {
    return job.getStatus() == null || job.getStatus().attempts() == null
        ? 0
        : job.getStatus().attempts();
  }

  private static boolean isLost(Pod pod) {
    return PodVerdicts.of(pod) instanceof PodVerdict.Lost;
  }

  private JobProgress judge(Order order, Pod pod, int attempts) {
    String name = pod.getMetadata().getName();
    PodVerdict verdict = PodVerdicts.of(pod);
    keepRoom(order, pod, verdict);
    return switch (verdict) {
      case PodVerdict.Working _ -> JobProgress.of(JobReason.BUILDING, running(order)).withPod(name);
      case PodVerdict.Unschedulable waiting ->
          JobProgress.of(JobReason.WAITING_FOR_NODE, waiting.sentence()).withPod(name);
      case PodVerdict.ImageUnavailable missing ->
          JobProgress.of(JobReason.IMAGE_UNAVAILABLE, missing.sentence());
      case PodVerdict.Failed failed ->
          JobProgress.failed(FailureReasons.of(failed.failure().code()), failed.failure());
      case PodVerdict.Done _ ->
          JobProgress.of(
                  JobReason.BUILDING, "The steps ran; the node plugin makes the state known.")
              .withPod(name);
      case PodVerdict.Lost lost -> {
        int retries =
            Objects.requireNonNullElse(order.job().getSpec().retries(), settings.job().retries());
        yield attempts < retries
            ? JobProgress.of(JobReason.BUILDING, lost.sentence() + " Another one takes over.")
            : JobProgress.of(JobReason.POD_LOST, lost.sentence());
      }
    };
  }

  private static String running(Order order) {
    int all = order.plan().steps().size();
    return "Step " + (order.plan().reusedSteps() + 1) + " of " + all + " and later ones run.";
  }

  /**
   * Room comes before the claim: a job that waits for room must not keep states from others, which
   * would then say that they wait for it and not for what it lacks.
   */
  private JobProgress begin(Order order, String name) {
    List<StateId> seals = seals(order);
    Optional<StateId> taken = taken(order, seals);
    if (taken.isPresent()) {
      rooms.release(order.job().getMetadata().getUid());
      return waiting(taken.get());
    }
    Optional<StateSnapshot> start =
        order.snapshots().find(order.plan().startingState()).filter(Snapshots::isAvailable);
    return switch (rooms.ask(wish(order, start))) {
      case Rooms.Answer.NoPool _ ->
          JobProgress.of(JobReason.WAITING_FOR_NODE, noNode(order.job(), start));
      case Rooms.Answer.Full full -> JobProgress.of(JobReason.WAITING_FOR_ROOM, full.sentence());
      case Rooms.Answer.Granted granted -> {
        Optional<StateId> lost = claim(order, seals);
        if (lost.isPresent()) {
          rooms.release(order.job().getMetadata().getUid());
          yield waiting(lost.get());
        }
        yield place(order, name, start, seals, granted.nodes());
      }
    };
  }

  private JobProgress place(
      Order order,
      String name,
      Optional<StateSnapshot> start,
      List<StateId> seals,
      TreeSet<String> nodes) {
    start.ifPresent(worth::used);
    String input = inputs.write(order.job(), name, Optional.of(request(order, start, seals)));
    tracker.create(
        pods.build(
            order.job(),
            name,
            input,
            order.manifest().sourceRevision(),
            nodes,
            volume(stateClass(order.job()), start, seals)));
    return JobProgress.of(JobReason.BUILDING, running(order)).withPod(name);
  }

  private Rooms.Wish wish(Order order, Optional<StateSnapshot> start) {
    PrepareJob job = order.job();
    return new Rooms.Wish(
        job.getMetadata().getUid(),
        "PrepareJob `" + job.getMetadata().getName() + "`",
        job.getMetadata().getNamespace(),
        stateClass(job),
        start.map(state -> state.getSpec().id()),
        true);
  }

  /** A build has its room until its pod is done, also after the operator was started anew. */
  private void keepRoom(Order order, Pod pod, PodVerdict verdict) {
    switch (verdict) {
      case PodVerdict.Working _, PodVerdict.Unschedulable _ ->
          rooms.keep(wish(order, Optional.empty()), PodParts.nodesOf(pod));
      case PodVerdict.Lost _ -> rooms.release(order.job().getMetadata().getUid());
      case PodVerdict.ImageUnavailable _, PodVerdict.Failed _, PodVerdict.Done _ -> {}
    }
  }

  private static String noNode(PrepareJob job, Optional<StateSnapshot> start) {
    String where =
        start
            .map(state -> " among those that hold state " + state.getMetadata().getName())
            .orElse("");
    return "No node" + where + " has a pool of class `" + stateClass(job) + "` that reports.";
  }

  private static SegmentRequest.Build request(
      Order order, Optional<StateSnapshot> start, List<StateId> seals) {
    return new SegmentRequest.Build(
        start.map(state -> new StateId(state.getSpec().id())),
        order.plan().steps().stream().map(PlannedStep::output).toList(),
        order.plan().reusedSteps() + 1,
        seals);
  }

  private static Map<String, String> volume(
      String stateClass, Optional<StateSnapshot> start, List<StateId> seals) {
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put(VolumeAttributes.PURPOSE, VolumeAttributes.PURPOSE_BUILD);
    start.ifPresentOrElse(
        state -> attributes.put(VolumeAttributes.STATE, state.getSpec().id()),
        () -> attributes.put(VolumeAttributes.STATE_CLASS, stateClass));
    attributes.put(
        VolumeAttributes.SEALS, String.join(",", seals.stream().map(StateId::hex).toList()));
    return attributes;
  }

  /** The states that will be kept: state 0 if it is not there, every n-th, and the last. */
  private static List<StateId> seals(Order order) {
    int every = Objects.requireNonNullElse(order.job().getSpec().checkpointEvery(), 1);
    List<StateId> seals = new ArrayList<>();
    if (order.plan().reusedSteps() == 0
        && order.snapshots().find(order.plan().base()).filter(Snapshots::isAvailable).isEmpty()) {
      seals.add(order.plan().base());
    }
    for (PlannedStep step : order.plan().remaining()) {
      if (step.number() % every == 0 || step.output().equals(order.plan().finalState())) {
        seals.add(step.output());
      }
    }
    return seals;
  }

  /** The first state that another job builds. */
  private static Optional<StateId> taken(Order order, List<StateId> seals) {
    Builder me = Builder.of(order.job());
    return seals.stream()
        .filter(id -> order.snapshots().isTaken(id, me, order.alive()))
        .findFirst();
  }

  /**
   * Claims every state in the order of the chain, so that two jobs with a common beginning meet at
   * its first missing state and never wait for each other in a circle. Returns the first that it
   * did not get.
   */
  private static Optional<StateId> claim(Order order, List<StateId> seals) {
    Builder me = Builder.of(order.job());
    for (StateId id : seals) {
      if (order.snapshots().claim(spec(order, id), me, order.alive()) != Claim.MINE) {
        return Optional.of(id);
      }
    }
    return Optional.empty();
  }

  private static JobProgress waiting(StateId state) {
    return JobProgress.of(
        JobReason.WAITING_FOR_STATE,
        "State " + Names.snapshot(state) + " is being built by another job.");
  }

  private static StateSnapshotSpec spec(Order order, StateId id) {
    Optional<PlannedStep> step =
        order.plan().steps().stream().filter(s -> s.output().equals(id)).findFirst();
    PrepareJobSpec spec = order.job().getSpec();
    return new StateSnapshotSpec(
        id.hex(),
        step.map(s -> s.input().hex()).orElse(null),
        new StateSnapshotSpec.Engine(
            order.manifest().postgresVersion(),
            order.plan().base().hex(),
            spec.engine() == null ? null : spec.engine().image()),
        step.map(s ->
                new StateSnapshotSpec.Step(s.kind().wireName(), cut(s.label(), 1024), s.number()))
            .orElse(null),
        new StateSnapshotSpec.Provenance(
            order.job().getMetadata().getName(),
            sourceKind(spec),
            order.manifest().sourceRevision().orElse(null)),
        stateClass(order.job()));
  }

  private static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length);
  }

  private static String sourceKind(PrepareJobSpec spec) {
    var source = spec.source();
    if (source == null) {
      return "none";
    }
    if (source.inline() != null) {
      return "inline";
    }
    if (source.configMapRef() != null) {
      return "configMap";
    }
    if (source.git() != null) {
      return "git";
    }
    return source.archive() != null ? "archive" : "volumeClaim";
  }

  static String stateClass(PrepareJob job) {
    return Objects.requireNonNullElse(job.getSpec().stateClass(), DEFAULT_CLASS);
  }
}
