package io.taidon.cli.command;

import io.taidon.cli.ExitCodes;
import io.taidon.cli.Version;
import io.taidon.cli.client.Endpoint;
import io.taidon.cli.client.EngineClient;
import io.taidon.cli.client.Json;
import io.taidon.cli.client.Transport;
import io.taidon.cli.output.Times;
import io.taidon.cli.server.RunningServer;
import io.taidon.cli.server.StoreVolume;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/** Shows the client and the server at a glance; starts nothing. */
final class StatusCommand implements Command {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final List<String> ABILITIES =
      List.of(
          "copy_on_write",
          "live_snapshot_is_atomic",
          "read_only_states",
          "exclusive_bytes",
          "quota_per_clone",
          "send_receive");

  private final String name;

  StatusCommand(String name) {
    this.name = name;
  }

  @Override
  public CommandSpec spec() {
    return Specs.command(
            name, "[--cache]", "Show the client and the server at a glance; start nothing.")
        .flag("--cache", "Also the limits of the cache, what could go, and the last eviction.")
        .example("sqlrs " + name)
        .example("sqlrs " + name + " --cache")
        .example("sqlrs --output json " + name)
        .exit(0, "shown, whether or not a server is running")
        .exit(1, "the engine failed")
        .exit(2, "wrong usage")
        .build();
  }

  @Override
  public int run(Arguments arguments, Session session) {
    boolean isJson = session.isJson();
    Optional<Endpoint> endpoint =
        session
            .explicitEndpoint()
            .or(() -> session.localServer().running().map(RunningServer::endpoint));
    Json status = client(session);
    boolean withCache = arguments.flag("--cache");
    status =
        endpoint.isPresent()
            ? server(status, endpoint.get(), withCache)
            : status.with("running", false);
    if (isJson) {
      session.out().println(status);
    } else {
      printHuman(status, session);
    }
    return ExitCodes.OK;
  }

  private static Json client(Session session) {
    return Json.object()
        .with("client_version", Version.CURRENT)
        .with("workspace", session.workspace().directory().toString())
        .with("store", session.store().toString())
        .with("store_mounted", !StoreVolume.isAbsent(session.store()));
  }

  private static Json server(Json status, Endpoint endpoint, boolean withCache) {
    EngineClient client = new EngineClient(Transport.to(endpoint, PATIENCE));
    Json health = client.get("/v1/health");
    Json known = withCache ? status.with("cache", client.get("/v1/cache/status")) : status;
    return known
        .with("running", true)
        .with("ok", health.bool("ok"))
        .with("endpoint", endpoint.toString())
        .with("version", health.string("version"))
        .with("instance_id", health.string("instance_id"))
        .with("pid", health.get("pid"))
        .with("engine", client.get("/v1/status"));
  }

  private static void printHuman(Json status, Session session) {
    Json engine = status.get("engine");
    line(session, "status", status.bool("running") ? "running" : "not running");
    line(session, "endpoint", status.string("endpoint"));
    line(session, "workspace", status.string("workspace"));
    line(
        session,
        "store",
        status.string("store") + (status.bool("store_mounted") ? "" : " (not mounted)"));
    line(session, "clientVersion", status.string("client_version"));
    line(session, "version", status.string("version"));
    line(session, "instanceId", status.string("instance_id"));
    line(session, "pid", status.string("pid"));
    Json postgres = engine.get("postgres");
    if (postgres.isPresent()) {
      line(session, "postgres", postgres.string("version") + " " + postgres.string("home"));
    }
    line(session, "psql", engine.string("psql"));
    Json volume = engine.get("volume");
    if (volume.isPresent()) {
      line(
          session,
          "store.kind",
          volume.string("kind")
              + ", "
              + volume.string("file_system")
              + " in "
              + volume.string("source"));
      size(session, "store.sizeBytes", engine, "store_total_bytes");
      size(session, "store.freeBytes", engine, "store_free_bytes");
      size(session, "store.hostFreeBytes", volume, "host_free_bytes");
    }
    Json backend = engine.get("backend");
    if (backend.isPresent()) {
      line(session, "snapshotBackend", backend.string("name") + ": " + backend.string("reason"));
      line(session, "snapshotBackend.can", abilities(backend.get("capabilities")));
    }
    CacheLines.print(session, engine, status.get("cache"));
    line(session, "instances.running", engine.string("running_instances"));
    gateway(session, engine.get("gateway"));
    line(session, "jobs.active", engine.string("active_jobs"));
  }

  private static void gateway(Session session, Json gateway) {
    if (!gateway.isPresent()) {
      return;
    }
    if (gateway.text("address").isPresent()) {
      line(session, "gateway", gateway.string("address"));
      line(session, "gateway.sessions", gateway.string("sessions"));
    } else {
      line(session, "gateway", "closed: " + gateway.string("closed"));
    }
  }

  /** What the backend can do, by the words of the API. */
  private static String abilities(Json capabilities) {
    List<String> names =
        ABILITIES.stream().filter(capabilities::bool).map(name -> name.replace('_', ' ')).toList();
    return names.isEmpty() ? "only copy" : String.join(", ", names);
  }

  static void size(Session session, String key, Json engine, String field) {
    engine
        .number(field)
        .ifPresent(bytes -> line(session, key, bytes + " (" + Times.size(bytes) + ")"));
  }

  static void line(Session session, String key, String value) {
    if (!value.isEmpty()) {
      session.out().println(key + ": " + value);
    }
  }
}
