package io.taidon.gateway.config;

import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.gateway.Census;
import io.taidon.gateway.Gateway;
import io.taidon.gateway.GatewaySettings;
import io.taidon.gateway.auth.SignedTokens;
import io.taidon.gateway.auth.TokenKeys;
import io.taidon.gateway.directory.InstanceDirectory;
import io.taidon.gateway.directory.file.FileDirectory;
import io.taidon.gateway.directory.kubernetes.ClusterSettings;
import io.taidon.gateway.directory.kubernetes.KubernetesDirectory;
import io.taidon.gateway.health.GatewayReadiness;
import io.taidon.gateway.health.HealthServer;
import io.taidon.gateway.log.GatewayLog;
import io.taidon.gateway.log.LogEvent;
import io.taidon.gateway.log.LogKey;
import io.taidon.gateway.log.LogLine;
import io.taidon.gateway.metrics.GatewayMetrics;
import io.taidon.gateway.startup.StartupSettings;
import io.taidon.gateway.tls.Reload;
import io.taidon.gateway.tls.ServerTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;

/**
 * A gateway over a directory in a file or of a cluster, with all that surrounds it: certificates
 * and keys that are read again when they change, the health port, and the end in good order.
 * Thread-safe.
 */
public final class StandaloneGateway implements AutoCloseable {
  private static final long MOST_KEY_BYTES = 1L << 20;

  private final GatewayConfig config;
  private final GatewayLog log;
  private final Parts parts;
  private final Gateway gateway;
  private final GatewayReadiness readiness;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** What has to be closed beside the gateway, in the order in which it was opened. */
  private static final class Parts {
    private final List<AutoCloseable> open = new ArrayList<>();
    private Optional<ServerTls> tls = Optional.empty();
    private Optional<HealthServer> health = Optional.empty();
    private Optional<FileWatch> watch = Optional.empty();

    private <T extends AutoCloseable> T add(T part) {
      open.add(part);
      return part;
    }

    private void close() {
      for (AutoCloseable part : open.reversed()) {
        try {
          part.close();
        } catch (Exception e) {
          throw new IllegalStateException("closing a part of the gateway", e);
        }
      }
    }
  }

  private StandaloneGateway(
      GatewayConfig config,
      GatewayLog log,
      Parts parts,
      Gateway gateway,
      GatewayReadiness readiness) {
    this.config = config;
    this.log = log;
    this.parts = parts;
    this.gateway = gateway;
    this.readiness = readiness;
  }

  /**
   * Opens everything; clients are served when this returns.
   *
   * @throws TaidonException if a file cannot be used or a port cannot be had; then nothing is open
   */
  public static StandaloneGateway start(GatewayConfig config) {
    Parts parts = new Parts();
    try {
      return start(config, parts);
    } catch (RuntimeException | Error e) {
      parts.close();
      throw e;
    }
  }

  /**
   * Reads the files that the settings name, and opens nothing.
   *
   * @throws TaidonException if one cannot be used
   */
  public static void check(GatewayConfig config) {
    if (config.directory() instanceof DirectoryChoice.File listed) {
      FileDirectory.load(listed.file());
    }
    config.tokenKeys().ifPresent(StandaloneGateway::keys);
    config.tls().ifPresent(settings -> ServerTls.load(settings).close());
  }

  private static StandaloneGateway start(GatewayConfig config, Parts parts) {
    GatewayLog log = new GatewayLog();
    List<FileWatch.Watched> watched = new ArrayList<>();
    Directory directory = directory(config, log, parts, watched);
    SignedTokens tokens = new SignedTokens(config.audience(), TokenKeys.NONE);
    config
        .tokenKeys()
        .ifPresent(file -> {
          FileWatch.Watched trusted = new FileWatch.Watched(file);
          tokens.trust(keys(file));
          watched.add(trusted.reloadedBy(() -> tokens.trust(keys(file))));
        });
    config
        .tls()
        .ifPresent(settings -> {
          List<FileWatch.Watched> files =
              settings.files().stream().map(FileWatch.Watched::new).toList();
          ServerTls tls = parts.add(ServerTls.load(settings));
          parts.tls = Optional.of(tls);
          files.forEach(file -> watched.add(file.reloadedBy(() -> reload(tls))));
        });
    PrometheusMeterRegistry registry = registry(parts);
    Gateway gateway =
        parts.add(
            Gateway.start(
                settings(config, parts),
                directory.instances(),
                tokens,
                new GatewayMetrics(registry),
                log));
    GatewayReadiness readiness = new GatewayReadiness(directory.instances());
    parts.health =
        config
            .health()
            .map(address -> parts.add(HealthServer.start(address, readiness, registry::scrape)));
    parts.watch = Optional.of(parts.add(FileWatch.start(watched, log, config.reloadEvery())));
    log.write(
        LogLine.of(LogEvent.STARTED)
            .with(LogKey.PORT, gateway.port())
            .with(LogKey.COUNT, directory.size().getAsInt()));
    return new StandaloneGateway(config, log, parts, gateway, readiness);
  }

  /** A directory, and how many instances it has. */
  private record Directory(InstanceDirectory instances, IntSupplier size) {}

  private static Directory directory(
      GatewayConfig config, GatewayLog log, Parts parts, List<FileWatch.Watched> watched) {
    return switch (config.directory()) {
      case DirectoryChoice.File(Path file) -> {
        FileWatch.Watched listed = new FileWatch.Watched(file);
        FileDirectory directory = FileDirectory.load(file);
        watched.add(listed.reloadedBy(directory::reload));
        yield new Directory(directory, directory::size);
      }
      case DirectoryChoice.Kubernetes(ClusterSettings settings) -> {
        KubernetesDirectory directory = parts.add(KubernetesDirectory.open(settings, log));
        yield new Directory(directory, directory::size);
      }
    };
  }

  private static GatewaySettings settings(GatewayConfig config, Parts parts) {
    return config
        .settings()
        .withStartup(
            new StartupSettings(
                parts.tls, config.tlsRequired(), config.proxies(), config.loginDeadline()));
  }

  private static PrometheusMeterRegistry registry(Parts parts) {
    PrometheusMeterRegistry registry =
        parts
            .add(new ClosingRegistry(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)))
            .registry();
    new JvmMemoryMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    return registry;
  }

  /** So that a registry is closed like everything else. */
  private record ClosingRegistry(PrometheusMeterRegistry registry) implements AutoCloseable {
    @Override
    public void close() {
      registry.close();
    }
  }

  private static void reload(ServerTls tls) {
    switch (tls.reload()) {
      case Reload.Unchanged _, Reload.Replaced _ -> {}
      case Reload.Kept(TaidonException reason) -> throw reason;
    }
  }

  private static TokenKeys keys(Path file) {
    try {
      if (Files.size(file) > MOST_KEY_BYTES) {
        throw TaidonException.of(
            ErrorCode.CONFIG_CORRUPT, "The set of token keys is larger than 1 MiB.");
      }
      return TokenKeys.parse(Files.readString(file));
    } catch (IOException e) {
      throw TaidonException.of(
              ErrorCode.FILE_UNREADABLE, "The set of token keys " + file + " cannot be read.", e)
          .remedy("Name a readable file with tokens.keys.");
    }
  }

  /** Where clients connect. */
  public int port() {
    return gateway.port();
  }

  /** Where probes ask; empty for nowhere. */
  public Optional<Integer> healthPort() {
    return parts.health.map(HealthServer::port);
  }

  /** Who is connected now. */
  public Census census() {
    return gateway.census();
  }

  /** Looks at the files now, as SIGHUP asks for. */
  public void reload() {
    parts.watch.ifPresent(FileWatch::look);
  }

  /**
   * Lets probes know, waits for them to act on it, takes no more clients, and waits for the
   * sessions there are: all of it at most as long as the settings say.
   */
  public void drain() throws InterruptedException {
    readiness.drains();
    log.write(LogLine.of(LogEvent.DRAINING).with(LogKey.MILLIS, config.drainDeadline().toMillis()));
    Thread.sleep(config.drainDelay());
    gateway.drain(config.drainDeadline()).toCompletableFuture().join();
  }

  /** Makes a drain that is under way end now. */
  public void hurry() {
    gateway.drain(Duration.ZERO);
  }

  /** Ends everything now. Idempotent. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      parts.close();
      log.write(LogLine.of(LogEvent.STOPPED));
      log.flush();
    }
  }
}
