package io.taidon.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.engine.EventStream;
import io.taidon.engine.JobEvent;
import io.taidon.engine.JobView;
import io.taidon.engine.RunRequest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What tests ask of an engine as its clients do. */
public final class EngineCalls {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private EngineCalls() {}

  /** The job as it ended. */
  public static JobView end(LocalEngine engine, JobView job) throws InterruptedException {
    List<JobEvent> unused = events(engine, job.jobId(), 1);
    return engine.job(job.jobId());
  }

  /** What is told of a job from an event on, until it is over. */
  static List<JobEvent> events(LocalEngine engine, String job, long from)
      throws InterruptedException {
    List<JobEvent> all = new ArrayList<>();
    try (EventStream events = engine.events(job, from)) {
      while (!events.isOver()) {
        events.next(PATIENCE).ifPresent(all::add);
      }
    }
    return all;
  }

  /** A query in an instance, as psql prints its rows. */
  public static String query(LocalEngine engine, String instance, Path workspace, String sql)
      throws InterruptedException {
    Printed printed = new Printed();
    int exit =
        engine.run(
            new RunRequest(
                instance,
                RunRequest.Tool.PSQL,
                List.of("-X", "-At", "-c", sql),
                Optional.empty(),
                workspace),
            printed);
    assertThat(exit).as(printed.err.toString(StandardCharsets.UTF_8)).isZero();
    return printed.out.toString(StandardCharsets.UTF_8);
  }

  private static final class Printed implements RunRequest.Output {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Override
    public void stdout(byte[] bytes, int length) {
      out.write(bytes, 0, length);
    }

    @Override
    public void stderr(byte[] bytes, int length) {
      err.write(bytes, 0, length);
    }

    @Override
    public void note(String line) {}
  }
}
