package io.taidon.engine.local;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.RunRequest;
import io.taidon.engine.build.EngineContext;
import io.taidon.engine.instance.Instances;
import io.taidon.engine.postgres.ClusterTemplate;
import io.taidon.engine.postgres.PostgresServer;
import io.taidon.engine.psql.ClientTools;
import io.taidon.engine.psql.InstanceTool;
import io.taidon.engine.psql.Target;
import io.taidon.engine.store.InstanceId;
import java.nio.file.Files;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Runs client tools against instances. Thread-safe. */
final class Runs {
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
      throw TaidonException.of(ErrorCode.FILE_NOT_FOUND, "The directory " + request.workDir() + " does not exist.")
          .with("file", request.workDir().toString());
    }
    running.incrementAndGet();
    try {
      if (instances.server(id).isEmpty()) {
        output.note("Starting instance " + id);
      }
      instances.ensureRunning(id);
      engine.registry().instances().touch(id);
      PostgresServer server = instances.requireServer(id);
      Target target =
          new Target(server.socketDir().toString(), server.port(), ClusterTemplate.SUPERUSER, "postgres");
      return InstanceTool.run(request, tools.get(), target, output);
    } finally {
      running.decrementAndGet();
    }
  }
}
