package io.taidon.server.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.Engine;
import io.taidon.engine.Entrance;
import io.taidon.engine.store.StoreLayout;
import io.taidon.gateway.Gateway;
import io.taidon.gateway.GatewaySettings;
import io.taidon.gateway.admission.AdmissionSettings;
import io.taidon.gateway.admission.Limits;
import io.taidon.gateway.metrics.GatewayMetrics;
import io.taidon.gateway.startup.StartupSettings;
import io.taidon.gateway.tls.CertificateFiles;
import io.taidon.gateway.tls.CertificateWatch;
import io.taidon.gateway.tls.Reload;
import io.taidon.gateway.tls.ServerTls;
import io.taidon.gateway.tls.ServerTlsSettings;
import io.taidon.server.ServerSettings;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * The gateway of this server: one port that leads to every instance of the store, the same after
 * every start. Where it cannot be opened the server goes on without it, and clients use the ports
 * of the instances. Thread-safe.
 */
@Singleton
public final class EmbeddedGateway {
  private static final Logger LOG = Logger.getLogger(EmbeddedGateway.class);

  /** How often the files of the certificate are looked at. */
  private static final Duration LOOK_AT_CERTIFICATE = Duration.ofMinutes(1);

  private final ServerSettings settings;
  private final Engine engine;
  private final Path directory;
  private final CompletableFuture<Entrance> opened = new CompletableFuture<>();
  private Optional<Gateway> gateway = Optional.empty();
  private Optional<CertificateWatch> certificates = Optional.empty();
  private Optional<TokenVault> tokens = Optional.empty();
  private boolean closed;

  @Inject
  public EmbeddedGateway(ServerSettings settings, Engine engine) {
    this.settings = settings;
    this.engine = engine;
    this.directory = new StoreLayout(settings.store()).gateway();
  }

  /** Opens it on a thread of its own, while the rest of the server starts. */
  public void begin() {
    Thread.ofPlatform()
        .daemon()
        .name("gateway-start")
        .start(() -> {
          Entrance entrance = open();
          engine.entrance(entrance);
          opened.complete(entrance);
        });
  }

  /** Waits until it is open, or known not to be. */
  public Entrance await() throws InterruptedException {
    try {
      return opened.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** The keys of this store's tokens. */
  public synchronized TokenVault tokens() {
    if (tokens.isEmpty()) {
      tokens = Optional.of(TokenVault.open(directory, InstantSource.system()));
    }
    return tokens.get();
  }

  /** Lets sessions finish what they do, at most so long; takes no new ones. */
  public void drain(Duration patience) throws InterruptedException {
    Optional<Gateway> draining;
    synchronized (this) {
      draining = gateway;
    }
    if (draining.isEmpty()) {
      return;
    }
    try {
      // The gateway ends what is left at its deadline; this waits a little longer for that.
      draining
          .get()
          .drain(patience)
          .toCompletableFuture()
          .get(patience.plusSeconds(2).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.debug("sessions are cut off", e);
    }
  }

  /** Ends all sessions. Idempotent. */
  @PreDestroy
  public void close() {
    Optional<Gateway> closing;
    synchronized (this) {
      closed = true;
      closing = gateway;
      gateway = Optional.empty();
      certificates.ifPresent(EmbeddedGateway::end);
      certificates = Optional.empty();
    }
    closing.ifPresent(Gateway::close);
  }

  private static void end(CertificateWatch watch) {
    try {
      watch.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Entrance open() {
    try {
      OptionalInt configured = configuredPort();
      if (configured.isPresent() && configured.getAsInt() == 0) {
        return new Entrance.Closed("The setting gateway.port is 0.");
      }
      GatewaySettings common = common();
      return configured.isPresent()
          ? listen(common, configured.getAsInt())
          : listenOnKeptPort(common);
    } catch (TaidonException e) {
      LOG.warnf("the gateway is closed: %s", e.sentence());
      return new Entrance.Closed(e.sentence());
    } catch (RuntimeException | Error e) {
      LOG.error("the gateway did not start", e);
      return new Entrance.Closed("It did not start; the server's log says why.");
    }
  }

  private Entrance listenOnKeptPort(GatewaySettings common) {
    KeptPort kept = new KeptPort(settings.store(), directory);
    List<Integer> candidates = kept.candidates();
    for (int port : candidates) {
      try {
        Entrance entrance = listen(common, port);
        if (port != kept.remembered().orElse(port)) {
          LOG.warnf("the gateway's port %d is taken", kept.remembered().getAsInt());
        }
        kept.remember(port);
        return entrance;
      } catch (TaidonException e) {
        if (e.code() != ErrorCode.PORT_IN_USE) {
          throw e;
        }
      }
    }
    throw TaidonException.of(
            ErrorCode.PORT_IN_USE,
            "None of the gateway's ports from "
                + candidates.getFirst()
                + " to "
                + candidates.getLast()
                + " is free.")
        .remedy("Set gateway.port to a free one.");
  }

  private Entrance listen(GatewaySettings common, int port) {
    Gateway listening =
        Gateway.start(
            common.withListen(new InetSocketAddress(settings.host(), port)),
            new LocalDirectory(engine.access()),
            tokens().verifier(),
            new GatewayMetrics(new CompositeMeterRegistry()));
    synchronized (this) {
      gateway = Optional.of(listening);
      if (closed) {
        listening.close();
      }
    }
    return new Entrance.Open(settings.host(), listening.port());
  }

  private GatewaySettings common() {
    return GatewaySettings.listeningAt(new InetSocketAddress(settings.host(), 0))
        .withStartup(startup())
        .withAdmission(admission())
        .withSecret(tokens().secret());
  }

  /**
   * All clients have one address here, so limits for an address are limits for everybody: they keep
   * a runaway program from taking the machine down, and guessing of passwords slow.
   */
  private static AdmissionSettings admission() {
    Limits limits =
        new Limits(
            100,
            2_000,
            500,
            2_000,
            Duration.ofSeconds(150),
            Duration.ofSeconds(10),
            Duration.ofMinutes(10));
    return AdmissionSettings.standard()
        .withUnauthenticated(1_024, 1_024, 1_024)
        .withLimits(limits, limits, Limits.standardForCancel());
  }

  private StartupSettings startup() {
    Optional<Path> certificate = text("gateway.tls.certificate").map(Path::of);
    Optional<Path> key = text("gateway.tls.key").map(Path::of);
    if (certificate.isPresent() != key.isPresent()) {
      throw TaidonException.of(
              ErrorCode.INVALID_ARGUMENT,
              "Of gateway.tls.certificate and gateway.tls.key only one is set.")
          .remedy("Set both, or remove the one.");
    }
    if (certificate.isEmpty() || key.isEmpty()) {
      return StartupSettings.plain();
    }
    ServerTls tls =
        ServerTls.load(ServerTlsSettings.of(new CertificateFiles(certificate.get(), key.get())));
    synchronized (this) {
      certificates =
          Optional.of(CertificateWatch.start(tls, LOOK_AT_CERTIFICATE, EmbeddedGateway::logReload));
    }
    return StartupSettings.plain().withTls(tls, false);
  }

  private static void logReload(Reload reload) {
    switch (reload) {
      case Reload.Unchanged _ -> {}
      case Reload.Replaced replaced ->
          LOG.infof("the gateway has a new certificate, good until %s", replaced.expiresAt());
      case Reload.Kept kept ->
          LOG.warnf("the gateway keeps its certificate: %s", kept.reason().sentence());
    }
  }

  private OptionalInt configuredPort() {
    return engine
        .config("gateway.port", true)
        .filter(JsonNode::isInt)
        .map(node -> OptionalInt.of(node.intValue()))
        .orElse(OptionalInt.empty());
  }

  private Optional<String> text(String path) {
    return engine.config(path, true).map(JsonNode::textValue);
  }
}
