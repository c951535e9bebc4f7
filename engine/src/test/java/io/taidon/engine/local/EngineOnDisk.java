package io.taidon.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.core.error.TaidonException;
import io.taidon.engine.JobStatus;
import io.taidon.engine.JobView;
import io.taidon.engine.JobView.ErrorView;
import io.taidon.engine.PrepareRequest;
import io.taidon.engine.liquibase.WorkerCommand;
import io.taidon.engine.snapshot.LoopFileSystem;
import io.taidon.engine.snapshot.LoopFileSystem.Type;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A small file system of its own, which tests fill or break, and an engine whose store is on it.
 */
final class EngineOnDisk implements AutoCloseable {
  private static final long MIB = 1024 * 1024;

  private final LoopFileSystem disk;
  private final Path workspace;
  private final Path ballast;
  private LocalEngine engine;

  /** Makes and mounts it; skips the test where that cannot be done. */
  EngineOnDisk(Type type, int megabytes, Path workspace) {
    this.disk = LoopFileSystem.create(type, megabytes);
    this.workspace = workspace;
    this.ballast = disk.root().resolve("ballast");
    try {
      this.engine = newEngine();
    } catch (RuntimeException e) {
      disk.close();
      throw e;
    }
  }

  private LocalEngine newEngine() {
    return LocalEngine.open(
        new EngineSettings(
            store(),
            List.of(Path.of(System.getProperty("taidon.postgres.sets"))),
            Optional.empty(),
            WorkerCommand.ofThisProcess(),
            Optional.empty()));
  }

  LoopFileSystem disk() {
    return disk;
  }

  Path store() {
    return disk.root().resolve("store");
  }

  LocalEngine engine() {
    return engine;
  }

  /** Ends the engine with its instances, if it has not ended, and opens another one. */
  void openAgain() {
    engine.shutdown(false);
    engine = newEngine();
  }

  @Override
  public void close() {
    engine.shutdown(false);
    disk.close();
  }

  /** Takes what is free, but for so much, as somebody else's file would. */
  void fill(long bytesLeft) throws IOException {
    long excess = freeBytes() - bytesLeft;
    for (long piece = excess; piece >= MIB; piece = Math.min(piece / 2, excess)) {
      long size = Files.exists(ballast) ? Files.size(ballast) : 0;
      LoopFileSystem.tryToRun(
          "fallocate", "--length", Long.toString(size + piece), ballast.toString());
      excess = freeBytes() - bytesLeft;
    }
    if (bytesLeft == 0) {
      fillToTheLastByte();
    }
  }

  private long freeBytes() throws IOException {
    return Files.getFileStore(disk.root()).getUsableSpace();
  }

  private void fillToTheLastByte() throws IOException {
    for (int piece = 1 << 22; piece >= 4096; piece >>= 2) {
      try {
        while (true) {
          Files.write(
              ballast, new byte[piece], StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("No space left");
      }
    }
  }

  /** Gives back what {@link #fill} took. */
  void empty() throws IOException {
    Files.delete(ballast);
  }

  PrepareRequest request(String... statements) {
    return TestRequests.psql(
        workspace, Stream.of(statements).flatMap(sql -> Stream.of("-c", sql)).toList());
  }

  JobView succeeded(PrepareRequest request) throws InterruptedException {
    JobView job = await(engine.submit(request));
    assertThat(job.error()).isEmpty();
    return job;
  }

  /** Why a request fails: it is refused where not even the registry can note its job. */
  ErrorView refusedOrFailed(PrepareRequest request) throws InterruptedException {
    try {
      return await(engine.submit(request)).error().orElseThrow();
    } catch (TaidonException e) {
      return new ErrorView(e.code().wireCode(), e.sentence(), e.details(), e.remedy());
    }
  }

  JobView await(JobView job) throws InterruptedException {
    return EngineCalls.end(engine, job);
  }

  void awaitStep(JobView job, int step) {
    Awaitility.await("step " + step)
        .atMost(Duration.ofSeconds(60))
        .until(() ->
            engine.job(job.jobId()).tasks().stream()
                .anyMatch(
                    t -> t.status() == JobStatus.RUNNING && t.taskId().equals("execute-" + step)));
  }

  /** The lines of a job's log. */
  String messages(JobView job) throws InterruptedException {
    return String.join(
        "\n",
        EngineCalls.events(engine, job.jobId(), 1).stream()
            .flatMap(e -> e.message().stream())
            .toList());
  }

  /** A query in the job's instance, as psql prints its rows. */
  String query(JobView job, String sql) throws InterruptedException {
    return EngineCalls.query(
        engine, job.result().orElseThrow().instanceId().orElseThrow(), workspace, sql);
  }
}
