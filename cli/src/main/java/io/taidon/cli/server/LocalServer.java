package io.taidon.cli.server;

import io.taidon.cli.CliException;
import io.taidon.cli.Version;
import io.taidon.cli.client.ApiRequest;
import io.taidon.cli.client.HttpAnswer;
import io.taidon.cli.client.Json;
import io.taidon.cli.client.Transport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The server of a store on this machine. A request is simply sent; only when nobody answers is the
 * server started. Not thread-safe, but several processes may do this at once: a lock file in the
 * store lets one of them start the server, and the others wait for it.
 */
public final class LocalServer implements Transport {
  private static final Duration POLL = Duration.ofMillis(5);

  /** A server gives its instances half a minute for a clean stop. */
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(45);

  private final ServerSettings settings;
  private final Consumer<String> notes;
  private Optional<RunningServer> known = Optional.empty();

  /**
   * @param notes takes what users may want to know about the start, a line each
   */
  public LocalServer(ServerSettings settings, Consumer<String> notes) {
    this.settings = settings;
    this.notes = notes;
  }

  @Override
  public HttpAnswer send(ApiRequest request) throws IOException {
    Optional<HttpAnswer> answer = tryKnown(request);
    return answer.isPresent()
        ? answer.get()
        : ensureRunning().endpoint().send(request, settings.requestTimeout());
  }

  @Override
  public HttpAnswer sendToRunning(ApiRequest request) throws IOException {
    return known
        .or(() -> RunningServer.read(settings.store()))
        .orElseThrow(() -> new ConnectException("no server is running"))
        .endpoint()
        .send(request, settings.requestTimeout());
  }

  /** Sends to the server on record; empty when it is gone or is somebody else by now. */
  private Optional<HttpAnswer> tryKnown(ApiRequest request) throws IOException {
    if (known.isEmpty()) {
      known = RunningServer.read(settings.store()).flatMap(this::ofThisVersion);
    }
    if (known.isEmpty()) {
      return Optional.empty();
    }
    try {
      HttpAnswer answer = known.get().endpoint().send(request, settings.requestTimeout());
      if (answer.status() != 401) {
        return Optional.of(answer);
      }
      answer.close();
    } catch (ConnectException e) {
      // It ended: a new one is started.
    } catch (SocketException e) {
      // It ended while it was asked; only what changes nothing may be asked twice.
      if (!request.method().equals("GET")) {
        throw e;
      }
    }
    known = Optional.empty();
    return Optional.empty();
  }

  /** Replaces an idle server of another version; a busy one is used as it is. */
  private Optional<RunningServer> ofThisVersion(RunningServer server) {
    if (server.version().isEmpty() || server.version().equals(Version.CURRENT)) {
      return Optional.of(server);
    }
    if (settings.home().isEmpty() || !shutDown(server, true, false)) {
      notes.accept("the server has version " + server.version() + " and is busy: it stays");
      return Optional.of(server);
    }
    notes.accept("the idle server of version " + server.version() + " is replaced");
    waitForEnd(server);
    return Optional.empty();
  }

  /**
   * Asks a server to end.
   *
   * @return whether it will; {@code false} while jobs run, unless {@code force}
   */
  public boolean shutDown(RunningServer server, boolean keepInstances, boolean force) {
    Json wish = Json.object().with("keep_instances", keepInstances).with("force", force);
    ApiRequest request = ApiRequest.of("POST", "/v1/shutdown").body(wish);
    try (HttpAnswer answer = server.endpoint().send(request, settings.requestTimeout())) {
      if (!answer.isSuccess() && answer.status() != 409 && answer.status() != 401) {
        throw answer.failure();
      }
      return answer.isSuccess();
    } catch (IOException e) {
      return !server.isAlive();
    }
  }

  /** Waits until the server's process is gone; {@code false} when that takes too long. */
  public boolean waitForEnd(RunningServer server) {
    long deadline = System.nanoTime() + STOP_PATIENCE.toNanos();
    while (server.isAlive()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      park();
    }
    return true;
  }

  /** The server that answers now; empty when there is none. Starts nothing. */
  public Optional<RunningServer> running() {
    return RunningServer.read(settings.store()).filter(this::answers);
  }

  private boolean answers(RunningServer server) {
    ApiRequest health = ApiRequest.of("GET", "/v1/health");
    try (HttpAnswer answer = server.endpoint().send(health, Duration.ofSeconds(2))) {
      // Somebody else may listen on the port of a dead server: health needs no token, so the id of
      // the process tells them apart.
      return answer.isSuccess() && answer.json().number("pid").orElse(server.pid()) == server.pid();
    } catch (IOException e) {
      return false;
    }
  }

  /** Gives the running server, starting one when there is none. */
  public RunningServer ensureRunning() {
    Optional<RunningServer> found = running();
    RunningServer server = found.isPresent() ? found.get() : startOnce();
    known = Optional.of(server);
    return server;
  }

  private RunningServer startOnce() {
    StoreVolume.requireMounted(settings);
    long deadline = deadline();
    try {
      Files.createDirectories(settings.runDirectory());
      try (FileChannel channel =
          FileChannel.open(
              settings.runDirectory().resolve("start.lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE)) {
        while (true) {
          try (FileLock lock = tryLock(channel)) {
            Optional<RunningServer> started = running();
            if (started.isPresent()) {
              return started.get();
            }
            if (lock != null) {
              return startAndWait(deadline);
            }
          }
          if (System.nanoTime() > deadline) {
            throw tooSlow();
          }
          park();
        }
      }
    } catch (IOException e) {
      throw CliException.of("store_unusable", "The store " + settings.store() + " cannot be used.")
          .with("reason", String.valueOf(e))
          .remedy("Choose a directory that you may write to with --store.");
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Another thread of this process starts it.
      return null;
    }
  }

  private RunningServer startAndWait(long deadline) {
    notes.accept("starting the server in " + settings.store());
    Process process = ServerProcess.start(settings);
    while (System.nanoTime() < deadline) {
      Optional<RunningServer> server = running();
      if (server.isPresent()) {
        return server.get();
      }
      if (!process.isAlive()) {
        throw ServerProcess.earlyExit(settings, process.exitValue());
      }
      park();
    }
    process.destroy();
    throw tooSlow();
  }

  private CliException tooSlow() {
    long seconds = settings.startupTimeout().toSeconds();
    return CliException.serverUnavailable("The server did not start within " + seconds + " s.")
        .remedy("See `sqlrs server logs`; raise orchestrator.startupTimeout in the configuration.");
  }

  private long deadline() {
    return System.nanoTime() + settings.startupTimeout().toNanos();
  }

  private static void park() {
    LockSupport.parkNanos(POLL.toNanos());
  }
}
