package io.taidon.server;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.taidon.core.error.TaidonException;
import io.taidon.server.life.ServerLife;
import io.taidon.server.life.StartFailure;

/** Starts the server; {@link ServerLife} takes over once it serves. */
@QuarkusMain
public final class Main {
  private Main() {}

  public static void main(String... args) {
    try {
      ServerSettings.ofProcess();
    } catch (TaidonException e) {
      StartFailure.exit(1, e);
    }
    Quarkus.run(ServerLife.class, StartFailure::exit, args);
  }
}
