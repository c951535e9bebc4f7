package io.taidon.gateway.config;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.gateway.GatewaySettings;
import io.taidon.gateway.Timeouts;
import io.taidon.gateway.admission.AdmissionSettings;
import io.taidon.gateway.admission.Limits;
import io.taidon.gateway.auth.TokenTransport;
import io.taidon.gateway.cancel.NamedPeers;
import io.taidon.gateway.cancel.Peers;
import io.taidon.gateway.directory.kubernetes.ClusterSettings;
import io.taidon.gateway.proxy.TrustedNetworks;
import io.taidon.gateway.route.RouteSettings;
import io.taidon.gateway.tls.CertificateFiles;
import io.taidon.gateway.tls.ServerTlsSettings;
import io.taidon.gateway.transport.TransportKind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All that a gateway which runs by itself is told, checked. Reading it opens no port.
 *
 * @param settings all but TLS, which is read from its files when the gateway starts
 * @param directory where instances are listed
 * @param tls the certificates to serve; empty for no TLS
 * @param proxies whose connections begin with a PROXY header
 * @param tokenKeys the key set of those who sign tokens; empty if none are taken
 * @param health where probes ask; empty for nowhere
 */
public record GatewayConfig(
    GatewaySettings settings,
    DirectoryChoice directory,
    Optional<ServerTlsSettings> tls,
    boolean tlsRequired,
    TrustedNetworks proxies,
    Optional<Path> tokenKeys,
    String audience,
    Duration loginDeadline,
    Duration drainDelay,
    Duration drainDeadline,
    Duration reloadEvery,
    Optional<InetSocketAddress> health) {
  private static final int SECRET_BYTES = 32;
  private static final Pattern NAMED_CERTIFICATE = Pattern.compile("([^=]+)=([^:]+):([^:]+)");
  private static final Duration LEAST = Duration.ofMillis(100);

  /**
   * Reads and checks the settings.
   *
   * @param file the properties file, if there is one
   * @param environment over it
   * @throws TaidonException with the setting that is wrong, and what to do
   */
  public static GatewayConfig read(Optional<Path> file, Map<String, String> environment) {
    SettingValues values = SettingValues.of(file, environment);
    return new GatewayConfig(
        settings(values),
        directory(values),
        tls(values),
        tlsRequired(values),
        proxies(values),
        values.path(Setting.TOKENS_KEYS),
        values
            .text(Setting.TOKENS_AUDIENCE)
            .orElseThrow(() -> values.missing(Setting.TOKENS_AUDIENCE, "tokens need one")),
        values.duration(Setting.LOGIN_DEADLINE, LEAST),
        values.duration(Setting.DRAIN_DELAY, Duration.ZERO),
        values.duration(Setting.DRAIN_DEADLINE, Duration.ZERO),
        values.duration(Setting.RELOAD_EVERY, LEAST),
        values.listen(Setting.HEALTH_LISTEN));
  }

  private static DirectoryChoice directory(SettingValues values) {
    return switch (values.choice(Setting.DIRECTORY, DirectoryChoice.Kind.class)) {
      case FILE ->
          new DirectoryChoice.File(
              values
                  .path(Setting.DIRECTORY_FILE)
                  .orElseThrow(
                      () -> values.missing(Setting.DIRECTORY_FILE, "there would be no instances")));
      case KUBERNETES ->
          new DirectoryChoice.Kubernetes(
              new ClusterSettings(
                  values.list(Setting.DIRECTORY_NAMESPACES),
                  values.text(Setting.DIRECTORY_DEFAULT_NAMESPACE),
                  values
                      .text(Setting.DIRECTORY_REPLICA)
                      .orElseThrow(() ->
                          values.missing(
                              Setting.DIRECTORY_REPLICA, "replicas tell each other by it"))));
    };
  }

  private static GatewaySettings settings(SettingValues values) {
    InetSocketAddress listen =
        values
            .listen(Setting.LISTEN)
            .orElseThrow(() -> values.missing(Setting.LISTEN, "clients connect there"));
    GatewaySettings settings =
        GatewaySettings.listeningAt(listen)
            .withTransport(values.choice(Setting.TRANSPORT, TransportKind.class))
            .withThreads(values.number(Setting.THREADS, 0))
            .withRoutes(routes(values))
            .withTokens(values.choice(Setting.TOKENS_TRANSPORT, TokenTransport.class))
            .withTimeouts(
                Timeouts.standard().withWakeHold(values.duration(Setting.WAKE_HOLD, LEAST)))
            .withAdmission(admission(values))
            .withPeers(peers(values));
    return values
        .path(Setting.SECRET_FILE)
        .map(GatewayConfig::secret)
        .map(settings::withSecret)
        .orElse(settings);
  }

  private static AdmissionSettings admission(SettingValues values) {
    Limits pair = Limits.standardForPair();
    Limits address = Limits.standardForAddress();
    Limits cancel = Limits.standardForCancel();
    int rate = values.number(Setting.ATTEMPTS_RATE, 1);
    int burst = values.number(Setting.ATTEMPTS_BURST, 1);
    int failures = values.number(Setting.FAILURES, 1);
    int cancels = values.number(Setting.CANCELS_RATE, 1);
    Duration window = values.duration(Setting.FAILURES_WINDOW, LEAST);
    Duration block = values.duration(Setting.FAILURES_BLOCK, LEAST);
    // The other limits on failures keep their proportion to the one that can be set.
    int tenfold = (int) Math.min(10L * failures, Integer.MAX_VALUE);
    int hundredfold = (int) Math.min(100L * failures, Integer.MAX_VALUE);
    return AdmissionSettings.standard()
        .withUnauthenticated(
            values.number(Setting.UNAUTHENTICATED, 1),
            values.number(Setting.UNAUTHENTICATED_ADDRESS, 1),
            values.number(Setting.UNAUTHENTICATED_TRUSTED, 1))
        .withSessions(
            values.number(Setting.SESSIONS, 1),
            values.number(Setting.SESSIONS_INSTANCE, 1),
            values.number(Setting.SESSIONS_ADDRESS, 1))
        .withLimits(
            new Limits(rate, burst, failures, tenfold, window, block, pair.trust()),
            new Limits(rate, burst, tenfold, hundredfold, window, block, address.trust()),
            new Limits(
                cancels,
                2 * cancels,
                cancel.failures(),
                cancel.trustedFailures(),
                cancel.window(),
                cancel.block(),
                cancel.trust()));
  }

  private static RouteSettings routes(SettingValues values) {
    try {
      return new RouteSettings(values.list(Setting.ROUTE_DOMAINS));
    } catch (IllegalArgumentException e) {
      throw values.wrong(Setting.ROUTE_DOMAINS, "domains such as db.example.com");
    }
  }

  private static TrustedNetworks proxies(SettingValues values) {
    try {
      return TrustedNetworks.of(values.list(Setting.PROXY_NETWORKS));
    } catch (IllegalArgumentException e) {
      throw values.wrong(Setting.PROXY_NETWORKS, "networks such as 10.0.0.0/8 or 2001:db8::/32");
    }
  }

  private static Optional<ServerTlsSettings> tls(SettingValues values) {
    Map<String, CertificateFiles> named = named(values);
    Optional<CertificateFiles> standard = certificate(values);
    if (standard.isEmpty() && !named.isEmpty()) {
      throw values.missing(Setting.TLS_CERTIFICATE, "clients may send no server name");
    }
    return standard.map(files -> new ServerTlsSettings(files, named));
  }

  private static Map<String, CertificateFiles> named(SettingValues values) {
    Map<String, CertificateFiles> named = new HashMap<>();
    for (String text : values.list(Setting.TLS_NAMES)) {
      Matcher parts = NAMED_CERTIFICATE.matcher(text);
      if (!parts.matches()) {
        throw values.wrong(
            Setting.TLS_NAMES, "entries such as db.example.com=/tls/db.crt:/tls/db.key");
      }
      CertificateFiles files =
          new CertificateFiles(Path.of(parts.group(2)), Path.of(parts.group(3)));
      if (named.put(parts.group(1), files) != null) {
        throw values.wrong(Setting.TLS_NAMES, "one entry for each name");
      }
    }
    return named;
  }

  private static Peers peers(SettingValues values) {
    List<InetSocketAddress> names = values.addresses(Setting.CANCEL_PEERS);
    if (names.isEmpty()) {
      return Peers.NONE;
    }
    if (values.path(Setting.SECRET_FILE).isEmpty()) {
      throw values.missing(Setting.SECRET_FILE, "replicas that ask each other must share one");
    }
    return new NamedPeers(names);
  }

  private static Optional<CertificateFiles> certificate(SettingValues values) {
    Optional<Path> chain = values.path(Setting.TLS_CERTIFICATE);
    Optional<Path> key = values.path(Setting.TLS_KEY);
    if (chain.isPresent() && key.isEmpty()) {
      throw values.missing(Setting.TLS_KEY, "a certificate needs its key");
    }
    if (key.isPresent() && chain.isEmpty()) {
      throw values.missing(Setting.TLS_CERTIFICATE, "a key needs its certificate");
    }
    return chain.map(file -> new CertificateFiles(file, key.orElseThrow()));
  }

  private static boolean tlsRequired(SettingValues values) {
    boolean required = values.truth(Setting.TLS_REQUIRED);
    if (required && values.path(Setting.TLS_CERTIFICATE).isEmpty()) {
      throw values.missing(Setting.TLS_CERTIFICATE, "TLS is required, and there is none");
    }
    return required;
  }

  private static byte[] secret(Path file) {
    try {
      byte[] secret = Files.size(file) == SECRET_BYTES ? Files.readAllBytes(file) : new byte[0];
      if (secret.length == SECRET_BYTES) {
        return secret;
      }
      throw TaidonException.of(
              ErrorCode.CONFIG_CORRUPT, "The secret in " + file + " is not 32 bytes long.")
          .remedy("Make one with: head -c 32 /dev/urandom > " + file);
    } catch (IOException e) {
      throw TaidonException.of(
              ErrorCode.FILE_UNREADABLE, "The secret in " + file + " cannot be read.", e)
          .remedy("Make one with: head -c 32 /dev/urandom > " + file);
    }
  }
}
