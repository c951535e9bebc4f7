package io.taidon.cli.command;

import io.taidon.cli.CliException;
import io.taidon.cli.ExitCodes;
import io.taidon.cli.client.Json;
import io.taidon.cli.server.LocalServer;
import io.taidon.cli.server.RunningServer;
import io.taidon.cli.server.ServerLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Model.CommandSpec;

/** {@code server start}, {@code server stop} and {@code server logs}. */
final class ServerCommand implements Command {
  private static final int LINES = 200;

  private final Action action;

  /** What is done to the server. */
  enum Action {
    START,
    STOP,
    LOGS
  }

  ServerCommand(Action action) {
    this.action = action;
  }

  @Override
  public CommandSpec spec() {
    return switch (action) {
      case START ->
          Specs.command("server start", "", "Start the local server, if it is not running.")
              .example("sqlrs server start")
              .usualExits()
              .build();
      case STOP ->
          Specs.command("server stop", "[options]", "Stop the local server and its instances.")
              .flag("--force", "Also while jobs run; they are cancelled.")
              .flag("--keep-instances", "Leave the instances running for the next server.")
              .example("sqlrs server stop")
              .example("sqlrs server stop --keep-instances")
              .exit(0, "stopped, or was not running")
              .exit(1, "jobs are running, or the server failed")
              .exit(2, "wrong usage")
              .build();
      case LOGS ->
          Specs.command("server logs", "[-f]", "Show what the local server wrote last.")
              .flag("-f,--follow", "Go on until Ctrl-C.")
              .example("sqlrs server logs -f")
              .usualExits()
              .build();
    };
  }

  @Override
  public int run(Arguments arguments, Session session) throws IOException, InterruptedException {
    if (session.explicitEndpoint().isPresent()) {
      throw CliException.usage("--endpoint names a server that sqlrs does not look after.");
    }
    return switch (action) {
      case START -> start(session);
      case STOP -> stop(arguments, session);
      case LOGS -> logs(arguments, session);
    };
  }

  private static int start(Session session) {
    boolean isJson = session.isJson();
    RunningServer server = session.localServer().ensureRunning();
    session
        .out()
        .println(
            isJson
                ? Json.object()
                    .with("endpoint", server.endpoint().toString())
                    .with("pid", server.pid())
                    .with("version", server.version())
                : "server running at " + server.endpoint() + " (pid " + server.pid() + ")");
    return ExitCodes.OK;
  }

  private static int stop(Arguments arguments, Session session) {
    boolean isJson = session.isJson();
    LocalServer local = session.localServer();
    Optional<RunningServer> server = local.running();
    if (server.isPresent()) {
      boolean keep = arguments.flag("--keep-instances");
      if (!local.shutDown(server.get(), keep, arguments.flag("--force"))) {
        throw CliException.of("conflict", "The server stays: jobs are running.")
            .remedy("Wait for them (`sqlrs ls --jobs`), or stop them with --force.");
      }
      if (!local.waitForEnd(server.get())) {
        throw CliException.serverUnavailable("The server was asked to stop and has not yet.")
            .remedy("See `sqlrs server logs`.");
      }
    }
    String said = server.isPresent() ? "server stopped" : "server was not running";
    session.out().println(isJson ? Json.object().with("was_running", server.isPresent()) : said);
    return ExitCodes.OK;
  }

  private static int logs(Arguments arguments, Session session)
      throws IOException, InterruptedException {
    Path log = session.serverSettings().logFile();
    if (!Files.exists(log) && !arguments.flag("--follow")) {
      session.err().println("warning: there is no log yet at " + log);
      return ExitCodes.OK;
    }
    ServerLog.tail(log, LINES).forEach(session.out()::println);
    session.out().flush();
    if (!arguments.flag("--follow")) {
      return ExitCodes.OK;
    }
    AtomicBoolean goOn = new AtomicBoolean(true);
    try (var ignored = session.interrupts().onInterrupt(() -> goOn.set(false))) {
      ServerLog.follow(log, session.out(), goOn::get);
    }
    return ExitCodes.OK;
  }
}
