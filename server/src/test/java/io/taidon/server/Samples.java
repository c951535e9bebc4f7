package io.taidon.server;

import io.taidon.engine.CacheView;
import io.taidon.engine.ExplainView;
import io.taidon.engine.InstanceView;
import io.taidon.engine.JobStatus;
import io.taidon.engine.JobView;
import io.taidon.engine.JobView.TaskView;
import io.taidon.engine.NameView;
import io.taidon.engine.StateView;
import io.taidon.engine.StatusView;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Views with something in every kind of field. */
public final class Samples {
  public static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  static final String STATE = "1".repeat(64);

  private Samples() {}

  static InstanceView instance(String id, String status) {
    return new InstanceView(
        id,
        "1".repeat(64),
        status,
        List.of("dev"),
        "17.11",
        "btrfs",
        false,
        Optional.of(55432),
        Optional.empty(),
        Optional.of(2),
        NOON,
        Optional.empty(),
        Optional.of(NOON.plusSeconds(3600)),
        900_000,
        Optional.empty(),
        false,
        "/store/log",
        Optional.of("postgresql://me~dev@127.0.0.1:6000/postgres"),
        Optional.of("postgresql://me@127.0.0.1:55432/postgres"),
        Map.of("first_row", 71.5));
  }

  static StateView state(String id) {
    return new StateView(
        id,
        Optional.empty(),
        "base",
        "base",
        "",
        "17.11",
        "btrfs",
        NOON,
        1,
        Optional.of(1L),
        2,
        Optional.empty(),
        3,
        4);
  }

  static ExplainView explanation() {
    return new ExplainView(
        "miss",
        "include_changed",
        "Step 1 (-f a.sql) must run: included script b.sql changed.",
        new ExplainView.Prepare("psql", "-f a.sql", "17.11", "/opt/pg17"),
        new ExplainView.Cache("1".repeat(64), Optional.empty(), "2".repeat(64), 0, 1),
        Optional.of(new ExplainView.Missed(1, "-f a.sql", "1".repeat(64), Optional.empty())),
        List.of(
            new ExplainView.Change(
                1,
                "-f a.sql",
                "edited",
                List.of(
                    new ExplainView.Part(
                        "include",
                        Optional.of("b.sql"),
                        "changed",
                        Optional.empty(),
                        Optional.empty())))),
        Optional.of(
            new ExplainView.Relative(
                "3".repeat(64),
                "-f a.sql",
                0,
                Optional.of(new ExplainView.Lost("expired", "it was not used", NOON)),
                NOON)),
        new ExplainView.Rebuild(1, true, 1234, 0, 1, 0),
        List.of(new ExplainView.Input("a.sql", "4".repeat(64))));
  }

  static NameView name(String name) {
    return new NameView(name, Optional.empty(), "1".repeat(64), "missing", Optional.empty());
  }

  static TaskView task(String jobId, String taskId) {
    return new TaskView(
        jobId,
        taskId,
        "plan",
        JobStatus.RUNNING,
        "plan",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.of(12L),
        List.of());
  }

  static JobView job(String jobId, JobStatus status, List<TaskView> tasks) {
    return new JobView(
        jobId,
        status,
        "psql",
        "-f schema.sql",
        false,
        NOON,
        Optional.empty(),
        Optional.empty(),
        tasks,
        Optional.empty(),
        Optional.empty());
  }

  static StatusView status(int activeJobs) {
    return new StatusView(
        "/store",
        new StatusView.Volume("dir", "/store", "btrfs", Optional.empty()),
        new StatusView.Backend("btrfs", "it is there", Map.of("copy_on_write", true)),
        Optional.of(new StatusView.Postgres("17.11", "/opt/pg17", "configured")),
        Optional.empty(),
        new StatusView.Gateway(Optional.of("127.0.0.1:6000"), Optional.empty(), 3),
        2,
        10,
        20,
        30,
        1,
        activeJobs,
        "nobody");
  }

  static CacheView cache() {
    CacheView.Gone gone =
        new CacheView.Gone(
            STATE,
            Optional.empty(),
            "-f a.sql",
            "usage_above_high_watermark",
            Optional.of(NOON),
            40,
            Optional.of(900L),
            Optional.of(1.5));
    return new CacheView(
        60,
        100,
        100,
        10,
        5,
        0.9,
        0.8,
        "10m",
        "30d",
        "cost",
        1000,
        500,
        3,
        List.of(),
        20,
        1,
        Map.of("pin", 1),
        List.of(new CacheView.WorkspaceShare("/w", 60, Optional.of(200L))),
        7,
        Map.of("never_built", 2L),
        Map.of("usage_above_high_watermark", 1L),
        Optional.of(
            new CacheView.Run(
                1,
                "background",
                "usage_above_high_watermark",
                Optional.empty(),
                NOON,
                Optional.of(NOON),
                1,
                40,
                100,
                100,
                Optional.of(60L),
                400,
                Optional.of(440L),
                List.of(gone))));
  }
}
