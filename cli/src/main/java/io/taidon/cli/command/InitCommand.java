package io.taidon.cli.command;

import io.taidon.cli.CliException;
import io.taidon.cli.ExitCodes;
import io.taidon.cli.client.Json;
import io.taidon.cli.config.Config;
import io.taidon.cli.config.ConfigTemplate;
import io.taidon.cli.config.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/** Makes a directory a workspace. */
final class InitCommand implements Command {
  private static final List<String> BACKENDS =
      List.of("auto", "btrfs", "zfs", "reflink", "overlay", "copy");

  @Override
  public CommandSpec spec() {
    return Specs.command(
            "init",
            "[options] [--store dir|image|device [PATH]]",
            "Make a directory a workspace: write .sqlrs/.")
        .text("--workspace", "DIR", "The directory; else the current one.")
        .flag("--force", "Also inside another workspace.")
        .flag("--update", "Write the configuration anew, also a corrupt one.")
        .flag("--dry-run", "Only say what would be done.")
        .text("--snapshot", "BACKEND", "auto, btrfs, zfs, reflink, overlay or copy.")
        .text("--store", "KIND", "What the store lies on: dir, image or device; PATH names it.")
        .text("--store-size", "SIZE", "Size of an image, for example 20GB; else 100GB.")
        .flag("--reinit", "Format a device that is not empty: all that it holds is lost.")
        .positional(0, "PATH", false, "The store's directory, the image or the device.")
        .number("--postgres-version", "MAJOR", "Major version of PostgreSQL.")
        .flag("--no-start", "Do not start the server.")
        .example("sqlrs init")
        .example("sqlrs init --postgres-version 17 --snapshot reflink")
        .example("sqlrs init --store dir /data/sqlrs")
        .example("sqlrs init --snapshot btrfs --store image --store-size 20GB")
        .exit(0, "the workspace is there")
        .exit(2, "inside another workspace")
        .exit(3, "its configuration is corrupt")
        .exit(4, "it cannot be written")
        .exit(64, "invalid flags")
        .build();
  }

  /** What is to be done to a directory, and what that was decided from. */
  private enum Decision {
    CREATE,
    UPDATE,
    NOTHING
  }

  @Override
  public int run(Arguments arguments, Session session) {
    Map<String, String> wanted = wanted(arguments);
    Optional<InitStore> store = InitStore.of(arguments, session);
    store.ifPresent(s -> wanted.putAll(s.configuration()));
    Path directory =
        arguments
            .value("--workspace")
            .or(session::workspaceOption)
            .map(path -> session.cwd().resolve(path).normalize())
            .orElse(session.cwd());
    Workspace workspace = Workspace.at(directory);
    Decision decision = decide(arguments, workspace);
    boolean isDry = arguments.flag("--dry-run");
    if (!isDry && decision != Decision.NOTHING) {
      write(workspace, wanted, decision == Decision.UPDATE);
    }
    if (!isDry && store.isPresent()) {
      store.get().make(session);
    }
    report(session, workspace, decision, isDry);
    if (!isDry && !arguments.flag("--no-start")) {
      start(session);
    }
    return ExitCodes.OK;
  }

  private static Map<String, String> wanted(Arguments arguments) {
    Map<String, String> wanted = new LinkedHashMap<>();
    arguments
        .value("--snapshot")
        .ifPresent(backend -> {
          if (!BACKENDS.contains(backend)) {
            throw CliException.usage("There is no snapshot backend '" + backend + "'.")
                .remedy("Write " + String.join(", ", BACKENDS) + ".")
                .exitCode(ExitCodes.INIT_USAGE);
          }
          wanted.put("snapshot.backend", backend);
        });
    arguments.value("--postgres-version").ifPresent(version -> wanted.put("dbms.version", version));
    return wanted;
  }

  private static Decision decide(Arguments arguments, Workspace workspace) {
    boolean update = arguments.flag("--update");
    if (workspace.isInitialised()) {
      if (update || !Files.exists(workspace.configFile())) {
        return Decision.UPDATE;
      }
      Config.ofFile(workspace.configFile());
      return Decision.NOTHING;
    }
    Workspace around = Workspace.around(workspace.directory());
    if (around.isInitialised() && !arguments.flag("--force")) {
      throw CliException.usage(
              workspace.directory() + " is inside the workspace " + around.directory() + ".")
          .remedy("Use that one, or make a nested one with --force.");
    }
    return Decision.CREATE;
  }

  private static void write(Workspace workspace, Map<String, String> wanted, boolean isUpdate) {
    Map<String, String> values = new LinkedHashMap<>();
    if (isUpdate) {
      try {
        values.putAll(Config.ofFile(workspace.configFile()).values());
      } catch (CliException e) {
        // A corrupt file is what --update is for.
      }
    }
    values.putAll(wanted);
    Path file = workspace.configFile();
    try {
      Files.createDirectories(workspace.directory().resolve(Workspace.MARKER));
      ConfigTemplate.write(file, values);
    } catch (IOException e) {
      throw CliException.of(
              "workspace_unwritable", "The workspace cannot be written: " + file + ".")
          .with("reason", e.getClass().getSimpleName())
          .exitCode(ExitCodes.BLOCKED);
    }
  }

  private static void report(
      Session session, Workspace workspace, Decision decision, boolean isDry) {
    String outcome =
        switch (decision) {
          case CREATE -> isDry ? "would create" : "created";
          case UPDATE -> isDry ? "would update" : "updated";
          case NOTHING -> "unchanged";
        };
    if (session.isJsonByFlag()) {
      session
          .out()
          .println(
              Json.object()
                  .with("outcome", outcome.replace(' ', '_'))
                  .with("workspace", workspace.directory().toString())
                  .with("config", workspace.configFile().toString()));
    } else {
      session.out().println(outcome + " workspace " + workspace.directory());
    }
  }

  /** A workspace is complete without a server, so a failure is only a warning. */
  private static void start(Session session) {
    if (session.explicitEndpoint().isPresent()) {
      return;
    }
    try {
      session.localServer().ensureRunning();
    } catch (CliException e) {
      session.err().println("warning: the server did not start: " + e.sentence());
    }
  }
}
