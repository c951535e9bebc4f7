package io.taidon.engine.local;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.RunRequest;
import io.taidon.engine.build.EngineContext;
import io.taidon.engine.instance.Instances;
import io.taidon.engine.postgres.ClusterTemplate;
import io.taidon.engine.postgres.PostgresServer;
import io.taidon.engine.psql.ClientRun;
import io.taidon.engine.psql.ClientTools;
import io.taidon.engine.psql.Target;
import io.taidon.engine.store.InstanceId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Runs client tools against instances. Thread-safe. */
final class Runs {
  private static final AtomicLong SPOOLED = new AtomicLong();

  private final EngineContext engine;
  private final Instances instances;
  private final Supplier<ClientTools> tools;
  private final AtomicInteger running = new AtomicInteger();

  Runs(EngineContext engine, Instances instances, Supplier<ClientTools> tools) {
    this.engine = engine;
    this.instances = instances;
    this.tools = tools;
  }

  int runningCount() {
    return running.get();
  }

  int run(InstanceId id, RunRequest request, RunRequest.Output output) throws InterruptedException {
    if (!Files.isDirectory(request.workDir())) {
      throw TaidonException.of(
              ErrorCode.FILE_NOT_FOUND, "The directory " + request.workDir() + " does not exist.")
          .with("file", request.workDir().toString());
    }
    running.incrementAndGet();
    try {
      if (instances.server(id).isEmpty()) {
        output.note("Starting instance " + id);
      }
      // First, so that it is not found idle before the tool connects.
      engine.registry().instances().touch(id);
      instances.ensureRunning(id);
      PostgresServer server = instances.requireServer(id);
      Target target =
          new Target(
              server.socketDir().toString(), server.port(), ClusterTemplate.SUPERUSER, "postgres");
      return run(request, target, output);
    } finally {
      running.decrementAndGet();
    }
  }

  private int run(RunRequest request, Target target, RunRequest.Output output)
      throws InterruptedException {
    ClientTools.Tool tool =
        switch (request.tool()) {
          case PSQL -> ClientTools.Tool.PSQL;
          case PGBENCH -> ClientTools.Tool.PGBENCH;
        };
    ClientRun client = new ClientRun(tool, tools.get().find(tool));
    Optional<Path> stdin = request.stdin().map(this::spool);
    try {
      return client.run(
          request.args(),
          target,
          request.workDir(),
          stdin,
          (stream, bytes) -> {
            switch (stream) {
              case STDOUT -> output.stdout(bytes, bytes.length);
              case STDERR -> output.stderr(bytes, bytes.length);
            }
          });
    } finally {
      stdin.ifPresent(Runs::delete);
    }
  }

  /** The tool reads standard input from a file, so that it can take its time. */
  private Path spool(byte[] stdin) {
    Path file =
        engine
            .layout()
            .jobs()
            .resolve("run-" + engine.session().id() + "-" + SPOOLED.incrementAndGet());
    try {
      return Files.write(file, stdin);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
