package io.taidon.runner.segment;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.segment.PodResult;
import io.taidon.core.segment.SegmentRequest;
import io.taidon.core.segment.SegmentRequest.Build;
import io.taidon.core.state.StateId;
import io.taidon.engine.build.Application;
import io.taidon.engine.build.BuildServer;
import io.taidon.engine.build.Uninterrupted;
import io.taidon.engine.postgres.ClusterTemplate;
import io.taidon.runner.Failures;
import io.taidon.runner.PodPlaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Runs the steps of a plan that are missing, and has their states sealed by the node plugin. The
 * server is stopped cleanly before each seal, so that any backend can take the state. What was
 * sealed stays whatever happens later. For one run.
 */
public final class SegmentBuild extends Failures {
  private final PodPlaces places;
  private final Consumer<String> log;
  private final Path data;
  private final SealSocket socket;
  private final List<Long> stepMillis = new ArrayList<>();
  private final AtomicInteger running = new AtomicInteger();
  private List<String> labels = List.of();
  private int sealed;

  /**
   * @param log gets what steps write
   */
  public SegmentBuild(PodPlaces places, Consumer<String> log) {
    this.places = places;
    this.log = log;
    this.data = places.state().resolve("pgdata");
    this.socket = new SealSocket(places.state().resolve("seal.sock"), SealSocket.DEFAULT_PATIENCE);
  }

  @Override
  protected int sealed() {
    return sealed;
  }

  @Override
  protected Optional<String> step() {
    int step = running.get();
    return step > 0 && step <= labels.size() ? Optional.of(labels.get(step - 1)) : Optional.empty();
  }

  /**
   * Builds.
   *
   * @throws TaidonException INPUT_CHANGED when the sources no longer give the planned steps; what
   *     the engine throws for steps; what the node plugin answers
   */
  public PodResult.Built run(SegmentRequest request, Build build)
      throws IOException, InterruptedException {
    try (SegmentPlan plan = SegmentPlan.read(request, places)) {
      plan.requireSame(build.steps());
      labels = plan.preparation().steps().stream().map(step -> step.label()).toList();
      begin(plan, build);
      apply(plan, build);
      return new PodResult.Built(sealed, stepMillis);
    }
  }

  /** An empty directory becomes state 0; a clone of a state that was taken live is unlocked. */
  private void begin(SegmentPlan plan, Build build) throws IOException, InterruptedException {
    if (build.start().isPresent()) {
      boolean unused = Files.deleteIfExists(data.resolve("postmaster.pid"));
      return;
    }
    new ClusterTemplate(plan.osUser()).initdb(plan.home(), data);
    if (build.seals().contains(plan.base())) {
      seal(plan.base());
    }
  }

  private void apply(SegmentPlan plan, Build build) throws InterruptedException {
    Application application = plan.preparation().open();
    try (BuildServer server =
        new BuildServer(plan.home(), plan.osUser(), data, places.scratch().resolve("server"))) {
      int first = build.firstStep();
      for (StateId seal : build.seals()) {
        int last = build.steps().indexOf(seal) + 1;
        if (last == 0 && seal.equals(plan.base())) {
          continue;
        }
        if (last < first) {
          throw TaidonException.of(
              ErrorCode.INVALID_ARGUMENT,
              "The state " + seal.shortHex() + " does not come after the first step to run.");
        }
        running.set(first);
        server.apply(application, first, last, new Clock(last));
        application.disconnect();
        server.stopCleanly();
        seal(seal);
        running.set(0);
        first = last + 1;
      }
    } finally {
      Uninterrupted.run(application::close);
    }
  }

  private void seal(StateId id) throws InterruptedException {
    socket.seal(id);
    sealed++;
  }

  /** Measures steps, and passes on what they write. */
  private final class Clock implements Application.StepListener {
    private final int last;
    private long began = System.nanoTime();

    Clock(int last) {
      this.last = last;
    }

    @Override
    public void output(int step, String line) {
      log.accept(line);
    }

    @Override
    public void ran(int step) {
      long now = System.nanoTime();
      stepMillis.add((now - began) / 1_000_000);
      began = now;
      // The last one is under way until its state is sealed.
      running.set(Math.min(step + 1, last));
    }
  }
}
