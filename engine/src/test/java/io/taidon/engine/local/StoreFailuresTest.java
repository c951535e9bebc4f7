package io.taidon.engine.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.JobEvent;
import io.taidon.engine.JobStatus;
import io.taidon.engine.JobView;
import io.taidon.engine.JobView.ErrorView;
import io.taidon.engine.snapshot.LoopFileSystem.Type;
import io.taidon.engine.snapshot.copy.CopyBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is done to a store behind the engine's back, on real file systems: each is reported with a
 * code and a remedy, none gives a wrong result or a hang, and afterwards the same engine works.
 */
class StoreFailuresTest {
  private static final String TABLE = "create table t (i int)";
  private static final String ROWS = "insert into t select generate_series(1, 20000)";
  private static final String COUNT = "select count(*) from t";

  @TempDir Path directory;
  private EngineOnDisk at;

  private void open(Type type, int megabytes) throws IOException {
    at = new EngineOnDisk(type, megabytes, Files.createDirectory(directory.resolve("workspace")));
  }

  @AfterEach
  void close() {
    if (at != null) {
      at.close();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BTRFS", "XFS", "EXT4"})
  void a_store_that_becomes_read_only_is_said_to_be_so(Type type) throws Exception {
    open(type, 1024);
    JobView made = prepared();
    // Open files keep a file system writable; a server is one.
    at.engine().deleteInstance(made.result().orElseThrow().instanceId().orElseThrow(), true, false);
    at.disk().freeze(true);
    try {
      ErrorView failure = at.refusedOrFailed(at.request(TABLE, ROWS));
      assertThat(failure.code()).isEqualTo("store_unusable");
      assertThat(failure.message()).contains("read-only");
    } finally {
      at.disk().freeze(false);
    }
    assertThat(at.query(prepared(), COUNT)).isEqualTo("20000\n");
  }

  @Test
  void a_file_system_that_meets_an_error_ends_the_job_with_a_sentence() throws Exception {
    open(Type.EXT4, 512);
    JobView made = prepared();
    at.engine().stopInstance(made.result().orElseThrow().instanceId().orElseThrow());
    JobView running =
        at.engine().submit(at.request(TABLE, ROWS, "select pg_sleep(2); create table u ()"));
    at.awaitStep(running, 3);
    at.disk().abortExt4();

    JobView failed = at.await(running);

    assertThat(failed.status()).isEqualTo(JobStatus.FAILED);
    assertThat(failed.error())
        .hasValueSatisfying(e -> {
          assertThat(e.code()).isEqualTo("store_unusable");
          assertThat(e.message()).contains("read-only");
          assertThat(e.remedy()).isPresent();
        });
    at.engine().shutdown(false);
    at.disk().unmount();
    at.disk().attach();
    at.openAgain();
    assertThat(at.query(prepared(), COUNT)).isEqualTo("20000\n");
  }

  @ParameterizedTest
  @EnumSource(names = {"BTRFS", "XFS"})
  void an_unmounted_store_is_not_taken_for_an_empty_one(Type type) throws Exception {
    open(type, 1024);
    JobView made = prepared();
    at.engine().stopInstance(made.result().orElseThrow().instanceId().orElseThrow());
    at.disk().detach();
    try {
      TaidonException failure =
          catchThrowableOfType(
              TaidonException.class, () -> at.engine().submit(at.request(TABLE, ROWS)));
      assertThat(failure.code()).isEqualTo(ErrorCode.STORE_UNUSABLE);
      assertThat(failure.sentence()).contains("is gone");
      assertThat(failure.remedy()).isPresent();
      assertThat(at.store()).as("nothing was begun in the mount point").doesNotExist();
    } finally {
      at.disk().attach();
    }
    JobView after = prepared();
    assertThat(after.result().orElseThrow().cached()).isTrue();
    assertThat(at.query(after, COUNT)).isEqualTo("20000\n");
  }

  @Test
  void a_store_that_is_deleted_ends_jobs_with_a_sentence() throws Exception {
    open(Type.XFS, 512); // on ext4 the data of servers is mounted, and cannot be deleted under them
    prepared();
    JobView running = at.engine().submit(at.request(TABLE, ROWS, "select pg_sleep(60)"));
    at.awaitStep(running, 3);
    awaitServerOfBuild(); // What it lives in is made a moment after the step has begun.
    CopyBackend.create().delete(at.store());

    List<JobEvent> events = new ArrayList<>();
    TaidonException failure =
        catchThrowableOfType(
            TaidonException.class,
            () -> events.addAll(EngineCalls.events(at.engine(), running.jobId(), 1)));

    assertThat(failure.code()).isEqualTo(ErrorCode.STORE_UNUSABLE);
    at.engine().shutdown(false);
    assertThat(at.store()).doesNotExist();
    at.openAgain();
    assertThat(at.query(prepared(), COUNT)).isEqualTo("20000\n");
  }

  private void awaitServerOfBuild() {
    Awaitility.await("the server of the step runs")
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions() // Its files come and go.
        .until(() -> {
          try (Stream<Path> files = Files.walk(at.store().resolve("builds"), 4)) {
            return files.anyMatch(file -> file.endsWith("postmaster.pid"));
          }
        });
  }

  private JobView prepared() throws InterruptedException {
    return at.succeeded(at.request(TABLE, ROWS));
  }
}
