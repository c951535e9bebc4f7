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
    // Before anything logs: there is no launcher of the framework in front of us that would do it.
    System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
    if (StoreProgram.isMeant(args)) {
      forStore(args);
      return;
    }
    try {
      ServerSettings.ofProcess();
    } catch (TaidonException e) {
      StartFailure.exit(1, e);
    }
    Quarkus.run(ServerLife.class, StartFailure::exit, args);
  }

  @SuppressWarnings("SystemExitOutsideMain") // The same program with another task.
  private static void forStore(String... args) {
    try {
      System.out.println(StoreProgram.run(args));
    } catch (TaidonException e) {
      System.err.println(StartFailure.line(e));
      System.exit(1);
    }
  }
}
