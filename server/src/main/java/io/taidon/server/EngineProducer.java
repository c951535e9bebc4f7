package io.taidon.server;

import io.taidon.engine.local.Engine;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Opens the engine that this server serves: the only place that knows which one. */
public final class EngineProducer {

  /** The engine on the store of these settings. Opened once, when the server starts. */
  @Produces
  @Singleton
  Engine engine(ServerSettings settings) {
    throw new IllegalStateException("wired in engine.local");
  }

  void close(@Disposes Engine engine) {
    engine.close();
  }

  @Produces
  @Singleton
  ServerSettings settings() {
    return ServerSettings.ofProcess();
  }
}
